package dev.fairway.spring.autoconfigure.coordinated;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Puts our interceptor before those that others have put before it since (validation, translation of exceptions), so that these run
 * inside the task, too. It is not ordered, and comes after all that are.
 */
final class OutermostWorkerAdvice implements BeanPostProcessor {
    private final CoordinatedContracts contracts;

    OutermostWorkerAdvice(CoordinatedContracts contracts) {
        this.contracts = contracts;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (contracts.worker(beanName) != null && bean instanceof Advised advised && !advised.isFrozen()) {
            Advisor[] advisors = advised.getAdvisors();
            for (int i = 1; i < advisors.length; i++) {
                if (advisors[i].getAdvice() instanceof WorkerInterceptor) {
                    advised.addAdvisor(0, advisors[i]); // first there twice, since there is no call without it
                    advised.removeAdvisor(i + 1);
                }
            }
        }
        return bean;
    }
}
