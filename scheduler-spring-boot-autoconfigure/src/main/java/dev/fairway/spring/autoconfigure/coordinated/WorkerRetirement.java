package dev.fairway.spring.autoconfigure.coordinated;

import java.util.Optional;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.core.PriorityOrdered;

/** Sees to it that a worker's bean is destroyed when no task runs in it. Comes before those that call {@code @PreDestroy} methods. */
final class WorkerRetirement implements DestructionAwareBeanPostProcessor, PriorityOrdered {
    private final CoordinatedContracts contracts;

    WorkerRetirement(CoordinatedContracts contracts) {
        this.contracts = contracts;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    /** It is not said which bean it is, only what. */
    @Override
    public boolean requiresDestruction(Object bean) {
        return contracts.isOfWorker(bean.getClass());
    }

    @Override
    public void postProcessBeforeDestruction(Object bean, String beanName) {
        WorkerBean definition = contracts.worker(beanName);
        if (definition != null) {
            ContractBeans beans = contracts.contract(definition);
            Optional<Worker> worker = beans.present(beanName);
            worker.ifPresent(beans.contract.crew::leave);
            contracts.objects().release(beanName);
        }
    }
}
