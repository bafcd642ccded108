package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.target.SingletonTargetSource;
import org.springframework.cglib.core.SpringNamingPolicy;
import org.springframework.cglib.proxy.Enhancer;
import org.springframework.cglib.proxy.InvocationHandler;
import org.springframework.core.SmartClassLoader;
import org.springframework.util.ClassUtils;

/** Makes the proxies. */
final class ContractProxies {
    private ContractProxies() {}

    /** {@return what stands before a bean: an object of its class, or of its interfaces when that is not possible} */
    static ProxyFactory before(
            Class<?> contract, Class<?> beanClass, MethodInterceptor interceptor, @Nullable Object bean) {
        ProxyFactory factory = new ProxyFactory();
        if (needsInterfaces(contract, ClassUtils.getUserClass(beanClass))) {
            factory.setInterfaces(ClassUtils.getAllInterfacesForClass(beanClass));
        } else {
            factory.setProxyTargetClass(true);
        }
        if (bean == null) {
            factory.setTargetClass(beanClass);
        } else {
            factory.setTargetSource(new Target(bean));
        }
        factory.addAdvisor(advisor(interceptor));
        return factory;
    }

    /** {@return a bean whose calls are intercepted} It is the proxy that it is already, when there is one that takes us in. */
    static Object before(
            Object bean, WorkerBean definition, WorkerInterceptor interceptor, @Nullable ClassLoader classLoader) {
        if (bean instanceof Advised advised && !advised.isFrozen()) {
            if (!definition.contract().isInstance(bean)) {
                throw new FairwayConfigurationException(
                        "The @CoordinatedTask bean '" + definition.name()
                                + "' cannot be a worker: other advice has put a" + " proxy before it that is no "
                                + definition.contract().getName() + ".",
                        "Let proxies be class-based (spring.aop.proxy-target-class=true).");
            }
            if (advised.getTargetSource() instanceof SingletonTargetSource known) {
                advised.setTargetSource(new Target(known.getTarget()));
            }
            advised.addAdvisor(0, advisor(interceptor));
            return bean;
        }
        ProxyFactory factory = before(definition.contract(), bean.getClass(), interceptor, bean);
        return factory.getProxy(loader(bean.getClass(), classLoader));
    }

    /** {@return an object of a type that has no bean behind it} */
    static Object standIn(Class<?> type, ContractInterceptor interceptor, @Nullable ClassLoader classLoader) {
        if (type.isInterface() && Modifier.isPublic(type.getModifiers()) && namesHiddenTypes(type)) {
            return inPackageOf(type, interceptor);
        }
        ProxyFactory factory = new ProxyFactory();
        if (type.isInterface()) {
            factory.setInterfaces(type);
        } else if (Modifier.isFinal(type.getModifiers())) {
            factory.setInterfaces(ClassUtils.getAllInterfacesForClass(type));
        } else {
            factory.setTargetClass(type);
            factory.setProxyTargetClass(true);
        }
        factory.setOpaque(true);
        factory.addAdvisor(advisor(interceptor));
        return factory.getProxy(loader(type, classLoader));
    }

    /**
     * {@return the class loader that a proxy of the class belongs to} As for Spring's own: one that reloads classes (devtools) leaves
     * those alone that it has not loaded itself. In another loader, package-private methods would not be overridden.
     */
    static @Nullable ClassLoader loader(Class<?> proxied, @Nullable ClassLoader classLoader) {
        return classLoader instanceof SmartClassLoader smart && classLoader != proxied.getClassLoader()
                ? smart.getOriginalClassLoader()
                : classLoader;
    }

    /** The class of a JDK proxy of public interfaces is in a package of its own, and does not see types that are not public. */
    private static boolean namesHiddenTypes(Class<?> type) {
        for (Method method : type.getMethods()) {
            if (isHidden(method.getReturnType())
                    || Arrays.stream(method.getParameterTypes()).anyMatch(ContractProxies::isHidden)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isHidden(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        return !Modifier.isPublic(element.getModifiers());
    }

    private static Object inPackageOf(Class<?> type, ContractInterceptor interceptor) {
        Enhancer enhancer = new Enhancer();
        enhancer.setClassLoader(type.getClassLoader());
        enhancer.setSuperclass(type); // of an interface, it also says where the class goes
        enhancer.setNamingPolicy(SpringNamingPolicy.INSTANCE);
        enhancer.setCallback((InvocationHandler) interceptor::call);
        return enhancer.create();
    }

    static Advisor advisor(MethodInterceptor interceptor) {
        return new DefaultPointcutAdvisor(interceptor);
    }

    /** {@return whether a proxy of the class would miss calls} */
    static boolean needsInterfaces(Class<?> contract, Class<?> userClass) {
        if (Modifier.isFinal(userClass.getModifiers())) {
            return true;
        }
        for (Method method : TaskMethods.methodsOf(contract)) {
            Method specific = TaskMethods.specific(method, userClass);
            if (Modifier.isFinal(specific.getModifiers()) && !TaskMethods.isOfPlatform(specific.getDeclaringClass())) {
                return true;
            }
        }
        return false;
    }

    /** Two of them are equal when they are the same: the bean's own {@code equals} and {@code hashCode} are not asked. */
    static final class Target extends SingletonTargetSource {
        private static final long serialVersionUID = 1L;

        Target(Object bean) {
            super(bean);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
