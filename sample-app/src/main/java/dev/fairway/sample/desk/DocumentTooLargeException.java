package dev.fairway.sample.desk;

/** A document is larger than the desk takes. */
public final class DocumentTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DocumentTooLargeException(long limit) {
        super("the document is larger than " + limit + " bytes, the most that is accepted");
    }
}
