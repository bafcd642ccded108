package dev.fairway.coordinator;

import static java.util.Objects.requireNonNull;

import java.util.NoSuchElementException;

/** There is no worker of the name that a task requires, or there is none any more. The message names those there are. */
public class NoSuchWorkerException extends NoSuchElementException {
    private static final long serialVersionUID = 1L;

    private final String worker;

    /**
     * @param worker the name that nobody has
     * @param message names it, and those there are
     */
    public NoSuchWorkerException(String worker, String message) {
        super(message);
        this.worker = requireNonNull(worker, "worker");
    }

    /** {@return the name that nobody has} */
    public String worker() {
        return worker;
    }
}
