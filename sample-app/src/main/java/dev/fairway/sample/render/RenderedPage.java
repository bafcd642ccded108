package dev.fairway.sample.render;

import org.jspecify.annotations.Nullable;

/**
 * A rendered document.
 *
 * @param heading the text of its first heading; null when it has none
 * @param html its body
 */
public record RenderedPage(@Nullable String heading, String html) {}
