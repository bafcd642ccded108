package dev.fairway.sample.desk;

/** There is no such tenant, document or letterhead. */
public final class NotFoundException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Says what there is not.
     *
     * @param message names it
     */
    public NotFoundException(String message) {
        super(message);
    }
}
