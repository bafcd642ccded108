package dev.fairway.sample.desk;

/** Somebody handed in what the desk does not take. The message names the thing and the value. */
public final class InvalidInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final String value;

    /**
     * Says what is wrong.
     *
     * @param field what was wrong
     * @param value what it was
     * @param message both, and what is allowed
     */
    public InvalidInputException(String field, String value, String message) {
        super(message);
        this.field = field;
        this.value = value;
    }

    /** {@return what was wrong} */
    public String field() {
        return field;
    }

    /** {@return what it was} */
    public String value() {
        return value;
    }
}
