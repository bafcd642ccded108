package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.spring.Coordinated;
import dev.fairway.spring.autoconfigure.CoordinatorProperties;
import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.Conventions;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Defines beans that stand for workers: {@code cats.any}, {@code cats.coordinated}, and what everybody gets in place of a prototype.
 * The prototype's definition gives way to as many singletons as it is to have instances.
 *
 * <p>What stands for workers has no bean behind it, so nothing that is done with beans should be done with it: it is a product of
 * a factory bean, so that no callbacks are called, it is synthetic, so that it gets no advice, and it shows no class of its own
 * to those who look for annotated methods.
 */
final class ContractDefinitions {
    /** Marks the definitions that are made at each start, and which ahead-of-time processing leaves out therefore. */
    static final String MADE_AT_START = Conventions.getQualifiedAttributeName(ContractDefinitions.class, "madeAtStart");

    private final BeanDefinitionRegistry registry;
    private final Map<String, CoordinatorProperties> coordinators;

    ContractDefinitions(BeanDefinitionRegistry registry, Environment environment) {
        this.registry = registry;
        this.coordinators = Binder.get(environment)
                .bind("fairway.coordinators", Bindable.mapOf(String.class, CoordinatorProperties.class))
                .orElse(Map.of());
    }

    private int workersPerBean(String coordinator) {
        CoordinatorProperties settings = coordinators.get(coordinator);
        Integer workers = settings == null ? null : settings.getWorkersPerBean();
        return workers == null ? 1 : workers;
    }

    /** {@return the workers that a bean becomes} Several, when it is a prototype; their definitions then take its place. */
    List<WorkerBean> instances(WorkerBean worker) {
        AbstractBeanDefinition definition = (AbstractBeanDefinition) registry.getBeanDefinition(worker.name());
        int number = workersPerBean(worker.coordinator());
        if (worker.group() != null) {
            return List.of(worker);
        }
        if (!isPrototype(worker)) {
            if (number > 1) {
                throw new FairwayConfigurationException(
                        "The property fairway.coordinators." + worker.coordinator() + ".workers-per-bean is " + number
                                + ", and the bean '" + worker.name()
                                + "' is a singleton: there would be two threads in it.",
                        "Give the bean the scope 'prototype', or remove the property.");
            }
            preserveClass(worker, definition);
            return List.of(worker);
        }
        if (worker.isOfMethods()) {
            throw new FairwayConfigurationException(
                    "The prototype bean '" + worker.name() + "' of type "
                            + worker.userClass().getName()
                            + " has single @CoordinatedTask methods: its others would be those of no instance.",
                    "Annotate the class, or make the bean a singleton.");
        }
        return split(worker, definition, number);
    }

    private boolean isPrototype(WorkerBean worker) {
        return ((ConfigurableListableBeanFactory) registry)
                .getMergedBeanDefinition(worker.name())
                .isPrototype();
    }

    /** Other advice should not hide the class from who injects by it. */
    private static void preserveClass(WorkerBean worker, BeanDefinition definition) {
        if (!ContractProxies.needsInterfaces(worker.contract(), worker.userClass())) {
            definition.setAttribute(AutoProxyUtils.PRESERVE_TARGET_CLASS_ATTRIBUTE, true);
        }
    }

    private List<WorkerBean> split(WorkerBean worker, AbstractBeanDefinition definition, int number) {
        List<WorkerBean> instances = new ArrayList<>();
        registry.removeBeanDefinition(worker.name());
        for (int i = 1; i <= number; i++) {
            WorkerBean instance = worker.instance(worker.name() + "-" + i);
            requireFree(instance.name(), "an instance of the prototype bean '" + worker.name() + "'");
            AbstractBeanDefinition own = definition.cloneBeanDefinition();
            own.setScope(BeanDefinition.SCOPE_SINGLETON);
            own.setAutowireCandidate(false);
            own.addQualifier(new AutowireCandidateQualifier(WorkerInstance.class, worker.name()));
            preserveClass(worker, own);
            hideFromListeners(own);
            registry.registerBeanDefinition(instance.name(), own);
            instances.add(instance);
        }
        return instances;
    }

    private void requireFree(String beanName, String what) {
        if (registry.isBeanNameInUse(beanName)) {
            throw new FairwayConfigurationException(
                    "There is a bean '" + beanName + "' already, which is the name of " + what + ".",
                    "Rename the bean.");
        }
    }

    /** Whoever looks for annotated methods finds none: those who stand for others would be called beside them. */
    private static void hideFromListeners(BeanDefinition definition) {
        definition.setAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE, Object.class);
    }

    /** Defines what stands for the workers of a contract. */
    void define(ContractBeans contract) {
        contract.groups().forEach((group, members) -> {
            RootBeanDefinition definition = standIn(members.get(0).type(), () -> contract.anyOf(group));
            definition.setPrimary(members.get(0).isPrimary());
            define(group, definition, "a prototype bean");
        });
        if (contract.isOfMethods()) {
            return;
        }
        RootBeanDefinition any = standIn(contract.type, contract::anyWorker);
        any.setPrimary(!contract.hasPrimary());
        hideFromListeners(any);
        define(contract.any(), any, "any worker of the coordinator '" + contract.name + "'");
        RootBeanDefinition coordinated = new RootBeanDefinition();
        coordinated.setTargetType(ResolvableType.forClassWithGenerics(Coordinated.class, contract.type));
        coordinated.setInstanceSupplier(contract::selections);
        define(contract.coordinated(), coordinated, "the workers of the coordinator '" + contract.name + "'");
    }

    private static RootBeanDefinition standIn(ResolvableType type, Supplier<Object> product) {
        RootBeanDefinition definition = new RootBeanDefinition(StandIn.class);
        definition.setInstanceSupplier(() -> new StandIn<>(type.resolve(Object.class), product));
        definition.setTargetType(ResolvableType.forClassWithGenerics(StandIn.class, type));
        definition.setAttribute(FactoryBean.OBJECT_TYPE_ATTRIBUTE, type);
        definition.setSynthetic(true);
        return definition;
    }

    private void define(String beanName, RootBeanDefinition definition, String what) {
        requireFree(beanName, what);
        definition.setAttribute(MADE_AT_START, true);
        registry.registerBeanDefinition(beanName, definition);
    }
}
