package dev.fairway.sample.folder;

/** The folder to import cannot be imported. */
final class ImportFolderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ImportFolderException(String message) {
        super(message);
    }
}
