package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.Drainable;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.spring.CoordinatedTask;
import dev.fairway.spring.autoconfigure.BeanOrigins;
import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * The contracts of an application.
 *
 * <p>They are found in the definitions of beans, when those are complete and before anything is instantiated, so that the beans can be
 * defined that stand for any worker ({@link ContractDefinitions}). That is done at every start, after ahead-of-time processing too.
 *
 * <p>Thread-safe once the definitions are complete.
 */
final class CoordinatedContracts
        implements BeanDefinitionRegistryPostProcessor, SmartInitializingSingleton, EnvironmentAware {
    static final String BEAN_NAME = "fairwayCoordinatedContracts";

    private final StartUp startUp = new StartUp();
    private final WorkerObjects objects = new WorkerObjects();
    private final Map<String, WorkerBean> workers = new LinkedHashMap<>();
    private final Map<String, ContractBeans> contracts = new LinkedHashMap<>();
    private Set<Class<?>> otherClasses = Set.of();
    private final Set<Class<?>> workerClasses = ConcurrentHashMap.newKeySet();
    private @Nullable Environment environment;
    private @Nullable ConfigurableListableBeanFactory beanFactory;

    @Override
    public void setEnvironment(Environment newEnvironment) {
        environment = newEnvironment;
    }

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        ConfigurableListableBeanFactory factory = (ConfigurableListableBeanFactory) registry;
        Environment settings = Objects.requireNonNull(environment, "environment");
        beanFactory = factory;
        WorkerBeanFinder finder = new WorkerBeanFinder(factory, settings);
        List<WorkerBean> found = finder.find();
        otherClasses = Set.copyOf(finder.otherClasses());
        if (found.isEmpty()) {
            return;
        }
        ContractDefinitions definitions = new ContractDefinitions(registry, settings);
        Map<String, List<WorkerBean>> byCoordinator = new LinkedHashMap<>();
        for (WorkerBean worker : found) {
            WorkerChecks.check(worker, worker.userClass());
            byCoordinator
                    .computeIfAbsent(worker.coordinator(), coordinator -> new ArrayList<>())
                    .addAll(definitions.instances(worker));
        }
        byCoordinator.forEach((name, beans) -> {
            beans.forEach(bean -> workers.put(bean.name(), bean));
            ContractBeans contract = new ContractBeans(name, beans, factory, settings, startUp, objects);
            contracts.put(name, contract);
            requireNoOther(factory, name);
            contract.requireSameContractAbove();
            definitions.define(contract);
        });
    }

    private static void requireNoOther(ConfigurableListableBeanFactory factory, String name) {
        Class<?> type = factory.containsBean(name) ? factory.getType(name, false) : null;
        if (type != null && Drainable.class.isAssignableFrom(type) && !Coordinator.class.isAssignableFrom(type)) {
            throw new FairwayConfigurationException(
                    "The coordinator '" + name + "' of a @CoordinatedTask and the bean '" + name + "' of type "
                            + type.getName() + " have the same name.",
                    "Rename one of them.");
        }
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory factory) {}

    /** The singletons are there. */
    @Override
    public void afterSingletonsInstantiated() {
        contracts.values().forEach(ContractBeans::open);
        startUp.end();
    }

    /** {@return whether there are workers of that class} */
    boolean isOfWorker(Class<?> type) {
        return workerClasses.contains(ClassUtils.getUserClass(type));
    }

    /** {@return the definition of a worker; null when the bean of that name is none} */
    @Nullable
    WorkerBean worker(String beanName) {
        return workers.get(beanName);
    }

    /** {@return the contract that a bean is a worker of} */
    ContractBeans contract(WorkerBean worker) {
        return Objects.requireNonNull(contracts.get(worker.coordinator()), "contract");
    }

    /** {@return the contract of that coordinator in a context; null when it has none there} */
    static @Nullable ContractBeans in(BeanFactory context, String coordinator) {
        if (!(context instanceof HierarchicalBeanFactory factory) || !factory.containsLocalBean(BEAN_NAME)) {
            return null;
        }
        return factory.getBean(BEAN_NAME, CoordinatedContracts.class).contracts.get(coordinator);
    }

    /** {@return what is behind the workers} */
    WorkerObjects objects() {
        return objects;
    }

    /** Refuses a bean that has turned out to be a worker only when it was there. */
    void requireKnown(Object bean, String beanName) {
        Class<?> type = ClassUtils.getUserClass(bean);
        if (bean instanceof Drainable
                || otherClasses.contains(type)
                || isOfFairway(beanName)
                || type.getName().startsWith("org.springframework.")
                || (WorkerBeanFinder.ofType(null, type).isEmpty()
                        && TaskMethods.annotatedMethods(type).isEmpty())) {
            return;
        }
        throw new FairwayConfigurationException(
                "The bean '" + beanName + "' turned out to be a @" + CoordinatedTask.class.getSimpleName()
                        + " of type " + type.getName()
                        + " only when it was instantiated, too late to define the beans of its contract.",
                "Declare " + type.getName() + " as the return type of its @Bean method, or put the annotation on that"
                        + " method.");
    }

    private boolean isOfFairway(String beanName) {
        return beanFactory != null
                && beanFactory.containsBeanDefinition(beanName)
                && BeanOrigins.isOfFairway(beanFactory.getBeanDefinition(beanName));
    }

    /** Refuses a bean that has turned out to be more than its definition says. */
    void requireAsDeclared(WorkerBean worker, Class<?> userClass) {
        workerClasses.add(userClass);
        if (userClass == worker.userClass()) {
            return;
        }
        WorkerChecks.check(worker, userClass);
        for (Attributes attributes : WorkerBeanFinder.ofType(null, userClass)) {
            String coordinator =
                    Objects.requireNonNull(environment, "environment").resolvePlaceholders(attributes.coordinator());
            if (!coordinator.isEmpty() && !coordinator.equals(worker.coordinator())) {
                throw new FairwayConfigurationException(
                        "The bean '" + worker.name() + "' works for the coordinator '" + worker.coordinator()
                                + "', and turned out to be of type " + userClass.getName() + ", which names '"
                                + coordinator + "'.",
                        "Let them name the same coordinator, and declare " + userClass.getName()
                                + " as the return type of its @Bean method.");
            }
        }
    }
}
