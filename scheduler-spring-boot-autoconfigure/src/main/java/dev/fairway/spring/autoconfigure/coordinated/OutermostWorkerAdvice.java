package dev.fairway.spring.autoconfigure.coordinated;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.beans.factory.BeanClassLoaderAware;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.util.ClassUtils;

/**
 * Puts our interceptor before what others have put before it since, be it interceptors (validation, translation of exceptions) or
 * proxies of their own (auto-proxy creators): so that these run inside of the task, whichever way the call has come. It is not ordered,
 * and comes after all that are.
 */
final class OutermostWorkerAdvice implements BeanPostProcessor, BeanClassLoaderAware {
    private final CoordinatedContracts contracts;
    private @Nullable ClassLoader classLoader = ClassUtils.getDefaultClassLoader();

    OutermostWorkerAdvice(CoordinatedContracts contracts) {
        this.contracts = contracts;
    }

    @Override
    public void setBeanClassLoader(ClassLoader newClassLoader) {
        classLoader = newClassLoader;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        WorkerBean definition = contracts.worker(beanName);
        if (definition == null || WorkerBeanPostProcessor.isFactoryOf(definition, bean)) {
            return bean;
        }
        Worker worker = contracts.contract(definition).present(beanName).orElse(null);
        if (worker == null) {
            return bean;
        }
        if (worker.proxy() != bean) {
            Object outermost = ContractProxies.before(bean, definition, new WorkerInterceptor(worker), classLoader);
            worker.proxy(outermost);
            return outermost;
        }
        if (bean instanceof Advised advised && !advised.isFrozen()) {
            moveToFront(advised);
        }
        return bean;
    }

    private static void moveToFront(Advised advised) {
        Advisor[] advisors = advised.getAdvisors();
        for (int i = 1; i < advisors.length; i++) {
            if (advisors[i].getAdvice() instanceof WorkerInterceptor) {
                advised.addAdvisor(0, advisors[i]); // for a moment it is there twice, but never not at all
                advised.removeAdvisor(i + 1);
            }
        }
    }
}
