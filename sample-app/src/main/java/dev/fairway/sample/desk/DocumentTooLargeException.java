package dev.fairway.sample.desk;

/** A document is larger than the desk takes. */
public final class DocumentTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DocumentTooLargeException(String size, int limit) {
        super("the document has " + size + " bytes; at most " + limit + " are accepted");
    }
}
