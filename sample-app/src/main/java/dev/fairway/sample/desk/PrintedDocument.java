package dev.fairway.sample.desk;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A printed document, without its text.
 *
 * @param number which number it had among all that the desk has printed
 * @param id its id
 * @param title its title
 * @param acceptedAt when it was handed in
 * @param printedAt when it was stored
 * @param renderedBy which renderer has rendered it; null for documents from before there were several
 * @param timestamp its timestamp on the ledger; null when it was stored and is not announced yet
 */
public record PrintedDocument(
        long number,
        UUID id,
        String title,
        Instant acceptedAt,
        Instant printedAt,
        @Nullable String renderedBy,
        @Nullable Long timestamp) {}
