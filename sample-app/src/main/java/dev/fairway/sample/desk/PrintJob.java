package dev.fairway.sample.desk;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A document that is to be printed.
 *
 * @param id its id, by which it is also found when it is printed
 * @param tenant whose it is
 * @param title its title; null to take the first heading
 * @param markdown its text
 * @param acceptedAt when it was handed in
 */
public record PrintJob(UUID id, String tenant, @Nullable String title, String markdown, Instant acceptedAt) {
    @Override
    public String toString() {
        return "document " + id + " of tenant '" + tenant + "'";
    }
}
