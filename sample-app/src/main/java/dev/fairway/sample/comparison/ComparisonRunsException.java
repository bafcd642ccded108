package dev.fairway.sample.comparison;

/** Two at a time would measure each other. */
public final class ComparisonRunsException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    ComparisonRunsException() {
        super("a comparison is running, and two would measure each other");
    }
}
