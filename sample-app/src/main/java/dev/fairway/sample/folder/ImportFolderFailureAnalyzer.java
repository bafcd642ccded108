package dev.fairway.sample.folder;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in two lines, and without a stack trace, why there was nothing to import. */
final class ImportFolderFailureAnalyzer extends AbstractFailureAnalyzer<ImportFolderException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ImportFolderException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Give a directory with --import=DIR, or --import=none to start without importing.",
                cause);
    }
}
