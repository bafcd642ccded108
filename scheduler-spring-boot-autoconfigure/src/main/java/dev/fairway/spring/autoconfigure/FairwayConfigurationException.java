package dev.fairway.spring.autoconfigure;

import java.util.Objects;

/** The application is set up in a way that cannot work. The message says what is wrong, {@link #action()} what to do. */
public class FairwayConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String action;

    /**
     * @param message names the thing and the value
     * @param action what to do
     */
    public FairwayConfigurationException(String message, String action) {
        super(message);
        this.action = Objects.requireNonNull(action, "action");
    }

    /** {@return what to do} */
    public String action() {
        return action;
    }
}
