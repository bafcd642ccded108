package dev.fairway.sample.folder;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Which folder is imported: the one that {@code --import} names, none for {@code none}; and when it is not given, the working
 * directory, when that is a checkout of the project: then its own Markdown files are a start.
 *
 * <p>It is checked before the web server starts.
 */
@Component
final class ImportSource {
    private static final String NONE = "none";

    private final @Nullable Path folder;

    ImportSource(@Value("${import:}") String value) {
        this.folder = value.isBlank() ? checkout(Path.of("")) : folder(value.strip());
    }

    /** Null for no import. */
    @Nullable
    Path folder() {
        return folder;
    }

    private static @Nullable Path checkout(Path directory) {
        boolean isCheckout = Files.isRegularFile(directory.resolve("mvnw"))
                && Files.isDirectory(directory.resolve("sample-app/src/main"));
        return isCheckout ? directory.toAbsolutePath() : null;
    }

    private static @Nullable Path folder(String value) {
        if (value.equals(NONE)) {
            return null;
        }
        Path path;
        try {
            path = Path.of(value).toAbsolutePath();
        } catch (InvalidPathException e) {
            throw new ImportFolderException("--import=" + value + ": this is not a path: " + e.getReason());
        }
        if (!Files.exists(path)) {
            throw new ImportFolderException("--import=" + value + ": the directory " + path + " does not exist.");
        }
        if (!Files.isDirectory(path)) {
            throw new ImportFolderException("--import=" + value + ": " + path + " is not a directory.");
        }
        if (!Files.isReadable(path)) {
            throw new ImportFolderException("--import=" + value + ": the directory " + path + " cannot be read.");
        }
        return path;
    }
}
