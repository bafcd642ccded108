package dev.fairway.spring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints a {@link FairwayConfigurationException} without its stack trace. */
final class FairwayConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<FairwayConfigurationException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, FairwayConfigurationException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }
}
