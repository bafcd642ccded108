package dev.fairway.sample.folder;

import dev.fairway.sample.desk.Intake;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A file to import.
 *
 * @param tenant whose it becomes
 * @param path where it is
 * @param name where it is in its tenant's folder, with slashes
 */
record MarkdownFile(String tenant, Path path, String name) {
    /** The name, or the end of it. */
    String title() {
        return name.substring(Math.max(0, name.length() - Intake.MAX_TITLE));
    }

    /** The same for the same tenant and name, so that a file that is imported again replaces its document. */
    UUID id() {
        return UUID.nameUUIDFromBytes((tenant + '/' + name).getBytes(StandardCharsets.UTF_8));
    }
}
