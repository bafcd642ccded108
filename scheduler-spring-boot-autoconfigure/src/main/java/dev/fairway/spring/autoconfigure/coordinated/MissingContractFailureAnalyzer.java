package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.spring.Coordinated;
import dev.fairway.spring.CoordinatedTask;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;

/** Says why a contract cannot be injected that no bean works for. Comes before Boot's own, which knows nothing of contracts. */
final class MissingContractFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException>
        implements Ordered {
    /** Made by Spring. */
    MissingContractFailureAnalyzer() {}

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause) {
        ResolvableType wanted = cause.getResolvableType();
        if (wanted == null || cause.getNumberOfBeansFound() > 0) {
            return null;
        }
        Class<?> type = wanted.resolve(Object.class);
        boolean chosen = type == Coordinated.class;
        Class<?> contract = chosen ? wanted.getGeneric(0).resolve(Object.class) : type;
        if (!chosen && !AnnotatedElementUtils.hasAnnotation(contract, CoordinatedTask.class)) {
            return null;
        }
        return new FailureAnalysis(
                "The @CoordinatedTask contract " + contract.getName()
                        + " has no bean: nobody would do its tasks, so nothing stands for any worker either.",
                "Define a bean of type " + contract.getName() + ", or put @CoordinatedTask on those that there are.",
                cause);
    }
}
