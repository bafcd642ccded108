package dev.fairway.sample.desk;

import org.jspecify.annotations.Nullable;

/**
 * A printed document.
 *
 * @param title its title
 * @param html its body
 * @param renderedBy which renderer has rendered it; null for documents from before there were several
 * @param timestamp its timestamp on the ledger; null when it was stored and is not announced yet
 */
public record DocumentText(
        String title,
        String html,
        @Nullable String renderedBy,
        @Nullable Long timestamp) {}
