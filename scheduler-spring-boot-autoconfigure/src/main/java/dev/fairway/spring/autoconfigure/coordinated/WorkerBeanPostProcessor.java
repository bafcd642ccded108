package dev.fairway.spring.autoconfigure.coordinated;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanClassLoaderAware;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;

/**
 * Makes workers of beans, and puts proxies before them. Our interceptor becomes the first one, so that the others (transactions,
 * validation) run inside the task ({@link OutermostWorkerAdvice} sees to those that come later); and it comes before the post-processors that register a bean's methods elsewhere
 * ({@code @Scheduled}), so that those find the proxy.
 *
 * <p>It looks at no other beans: a post-processor that creates beans keeps them from being processed.
 */
final class WorkerBeanPostProcessor implements SmartInstantiationAwareBeanPostProcessor, BeanClassLoaderAware, Ordered {
    private final CoordinatedContracts contracts;
    private @Nullable ClassLoader classLoader = ClassUtils.getDefaultClassLoader();

    WorkerBeanPostProcessor(CoordinatedContracts contracts) {
        this.contracts = contracts;
    }

    @Override
    public void setBeanClassLoader(ClassLoader newClassLoader) {
        classLoader = newClassLoader;
    }

    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE - 110;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String beanName) {
        if (contracts.worker(beanName) == null) {
            contracts.requireKnown(bean, beanName);
        }
        return bean;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        WorkerBean definition = contracts.worker(beanName);
        if (definition == null) {
            contracts.requireKnown(bean, beanName); // here for the first time if a factory bean has made it
            return bean;
        }
        if (isFactoryOf(definition, bean)) {
            return bean;
        }
        Class<?> userClass = ClassUtils.getUserClass(AopUtils.getTargetClass(bean));
        contracts.requireAsDeclared(definition, userClass);
        contracts.objects().claim(bean, beanName);
        ContractBeans beans = contracts.contract(definition);
        Worker worker = new Worker(
                beanName, beans.contract, beans.methods(definition, userClass).checked());
        Object proxy = ContractProxies.before(bean, definition, new WorkerInterceptor(worker), classLoader);
        worker.proxy(proxy);
        beans.contract.crew.join(worker);
        return proxy;
    }

    static boolean isFactoryOf(WorkerBean definition, Object bean) {
        return bean instanceof FactoryBean<?> && !FactoryBean.class.isAssignableFrom(definition.userClass());
    }

    /** Ahead of time, to generate the proxies' classes. */
    @Override
    public Class<?> determineBeanType(Class<?> beanClass, String beanName) {
        WorkerBean definition = contracts.worker(beanName);
        if (definition != null && !FactoryBean.class.isAssignableFrom(beanClass) && !beanClass.isInterface()) {
            return ContractProxies.before(definition.contract(), beanClass, invocation -> null, null)
                    .getProxyClass(ContractProxies.loader(beanClass, classLoader));
        }
        return beanClass;
    }
}
