package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.Drainable;
import dev.fairway.spring.CoordinatedTask;
import dev.fairway.spring.autoconfigure.BeanOrigins;
import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import dev.fairway.spring.autoconfigure.call.ArgumentExpression;
import java.beans.Introspector;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.CannotLoadBeanClassException;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/** Finds the workers among the definitions of beans, and what each works for. It instantiates nothing. */
final class WorkerBeanFinder {
    private final ConfigurableListableBeanFactory beanFactory;
    private final Environment environment;
    private final Set<Class<?>> otherClasses = new HashSet<>();

    WorkerBeanFinder(ConfigurableListableBeanFactory beanFactory, Environment environment) {
        this.beanFactory = beanFactory;
        this.environment = environment;
    }

    /** {@return the workers, in the order of their definitions} */
    List<WorkerBean> find() {
        List<WorkerBean> found = new ArrayList<>();
        for (String name : beanFactory.getBeanDefinitionNames()) {
            WorkerBean worker = find(name);
            if (worker != null) {
                found.add(worker);
            }
        }
        return found;
    }

    /** {@return classes of beans, known to have no annotation} */
    Set<Class<?>> otherClasses() {
        return otherClasses;
    }

    private @Nullable WorkerBean find(String name) {
        BeanDefinition registered = beanFactory.getBeanDefinition(name);
        if (BeanOrigins.isOfSpring(registered) || BeanOrigins.isOfFairway(registered)) {
            return null;
        }
        BeanDefinition definition = beanFactory.getMergedBeanDefinition(name);
        Class<?> type = definition.isAbstract() ? null : type(name);
        if (type == null || Drainable.class.isAssignableFrom(type)) {
            return null;
        }
        Class<?> userClass = ClassUtils.getUserClass(type);
        List<Attributes> ofType = ofType(factoryMethod(definition), userClass);
        List<Method> ofMethods = TaskMethods.annotatedMethods(userClass);
        if (ofType.isEmpty() && ofMethods.isEmpty()) {
            otherClasses.add(userClass);
            return null;
        }
        requireScope(name, definition);
        return worker(name, definition, type(definition, type), userClass, ofType, ofMethods);
    }

    private @Nullable Class<?> type(String name) {
        try {
            return beanFactory.getType(name, false);
        } catch (CannotLoadBeanClassException e) {
            return null; // whoever instantiates it will say so
        }
    }

    private static ResolvableType type(BeanDefinition definition, Class<?> type) {
        ResolvableType declared = definition.getResolvableType();
        if (FactoryBean.class.isAssignableFrom(declared.resolve(Object.class))
                && !FactoryBean.class.isAssignableFrom(type)) {
            declared = declared.as(FactoryBean.class).getGeneric(0);
        }
        return type.isAssignableFrom(declared.resolve(Object.class)) ? declared : ResolvableType.forClass(type);
    }

    private static @Nullable Method factoryMethod(BeanDefinition definition) {
        return definition instanceof RootBeanDefinition root ? root.getResolvedFactoryMethod() : null;
    }

    /** {@return what the annotations say that stand on a type or on its bean's factory method, the nearest first} */
    static List<Attributes> ofType(@Nullable Method factoryMethod, Class<?> userClass) {
        List<Attributes> found = new ArrayList<>();
        if (factoryMethod != null) {
            CoordinatedTask annotation =
                    AnnotatedElementUtils.findMergedAnnotation(factoryMethod, CoordinatedTask.class);
            if (annotation != null) {
                found.add(Attributes.of(annotation, userClass));
            }
        }
        MergedAnnotations.from(userClass, SearchStrategy.TYPE_HIERARCHY).stream(CoordinatedTask.class)
                .forEach(annotation -> found.add(Attributes.of(
                        annotation.synthesize(),
                        annotation.getSource() instanceof Class<?> place ? place : userClass)));
        return found;
    }

    private static void requireScope(String name, BeanDefinition definition) {
        boolean ours = definition.isSingleton() || definition.isPrototype();
        if (!ours || ScopedProxyUtils.isScopedTarget(name)) {
            String bean = ScopedProxyUtils.isScopedTarget(name) ? ScopedProxyUtils.getOriginalBeanName(name) : name;
            throw new FairwayConfigurationException(
                    "The @CoordinatedTask bean '" + bean + "' has the scope '" + definition.getScope()
                            + "': there would be several beans behind one worker, and two threads in them.",
                    "Make it a singleton, or a prototype without a scoped proxy.");
        }
    }

    private WorkerBean worker(
            String name,
            BeanDefinition definition,
            ResolvableType type,
            Class<?> userClass,
            List<Attributes> ofType,
            List<Method> ofMethods) {
        Class<?> contract =
                ofType.isEmpty() ? contractOfMethods(userClass, ofMethods) : contract(name, userClass, ofType);
        Set<String> coordinators = new LinkedHashSet<>();
        Attributes merged = null;
        for (Attributes each : ofType) {
            coordinators.add(each.coordinator());
            merged = merged == null ? each : merged.over(each);
        }
        for (Method method : ofMethods) {
            Attributes attributes = TaskMethods.attributes(method, userClass, null);
            coordinators.add(attributes == null ? "" : attributes.coordinator());
        }
        return new WorkerBean(
                name,
                type,
                userClass,
                coordinator(name, coordinators, contract),
                contract,
                merged,
                group(definition),
                definition.isPrimary());
    }

    private String coordinator(String name, Set<String> named, Class<?> contract) {
        Set<String> resolved = new LinkedHashSet<>();
        for (String each : named) {
            if (!each.isEmpty()) {
                resolved.add(environment.resolvePlaceholders(each));
            }
        }
        if (resolved.isEmpty()) {
            return Introspector.decapitalize(contract.getSimpleName());
        }
        if (resolved.size() > 1) {
            throw new FairwayConfigurationException(
                    "The bean '" + name + "' is to work for several coordinators: " + resolved + ".",
                    "A bean works for one coordinator: let its annotations, and those of its methods and interfaces, name"
                            + " the same one.");
        }
        String coordinator = resolved.iterator().next();
        if (coordinator.isBlank()) {
            throw new FairwayConfigurationException(
                    "The @CoordinatedTask on bean '" + name + "' has a blank name: '" + coordinator + "'.",
                    "Give the coordinator a name, or leave it out.");
        }
        return coordinator;
    }

    private static Class<?> contractOfMethods(Class<?> userClass, List<Method> methods) {
        Set<Class<?>> declaring = new LinkedHashSet<>();
        for (Method method : methods) {
            Attributes attributes = TaskMethods.attributes(method, userClass, null);
            if (attributes != null
                    && !(attributes.prefer().isEmpty() && attributes.require().isEmpty())) {
                throw new FairwayConfigurationException(
                        "The @CoordinatedTask on " + ArgumentExpression.describe(method)
                                + " chooses a worker, but its calls are tasks of their own bean.",
                        "Remove prefer and require, or annotate the class as well.");
            }
            declaring.add(method.getDeclaringClass());
        }
        return declaring.size() == 1 ? declaring.iterator().next() : userClass;
    }

    private static Class<?> contract(String name, Class<?> userClass, List<Attributes> ofType) {
        for (Attributes each : ofType) {
            if (each.hasContract()) {
                return requireContract(name, userClass, each.contract());
            }
        }
        Class<?> contract = null;
        for (Attributes each : ofType) {
            if (each.source() instanceof Class<?> source && source.isInterface()) {
                if (contract != null && !source.isAssignableFrom(contract) && !contract.isAssignableFrom(source)) {
                    throw new FairwayConfigurationException(
                            "The bean '" + name + "' has two contracts: " + contract.getName() + " and "
                                    + source.getName() + ".",
                            "Name the one that counts, on the class: @CoordinatedTask(contract = ...).");
                }
                contract = contract == null || source.isAssignableFrom(contract) ? source : contract;
            }
        }
        if (contract != null) {
            return contract;
        }
        Class<?> annotated = ofType.get(ofType.size() - 1).source() instanceof Class<?> source ? source : userClass;
        List<Class<?>> interfaces = TaskMethods.interfaces(annotated).toList();
        return interfaces.size() == 1 ? interfaces.get(0) : annotated;
    }

    private static Class<?> requireContract(String name, Class<?> userClass, Class<?> contract) {
        if (!contract.isAssignableFrom(userClass)) {
            throw new FairwayConfigurationException(
                    "The bean '" + name + "' of type " + userClass.getName() + " is no " + contract.getName()
                            + ", which is the contract of its @CoordinatedTask.",
                    "Let it implement the contract, or name another one.");
        }
        return contract;
    }

    private static @Nullable String group(BeanDefinition definition) {
        AutowireCandidateQualifier qualifier = definition instanceof RootBeanDefinition root
                ? root.getQualifier(WorkerInstance.class.getName())
                : null;
        return qualifier != null && qualifier.getAttribute(AutowireCandidateQualifier.VALUE_KEY) instanceof String group
                ? group
                : null;
    }
}
