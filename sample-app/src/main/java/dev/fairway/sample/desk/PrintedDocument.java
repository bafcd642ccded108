package dev.fairway.sample.desk;

import java.time.Instant;
import java.util.UUID;

/**
 * A printed document, without its text.
 *
 * @param number which number it had among all that the desk has printed
 * @param id its id
 * @param title its title
 * @param acceptedAt when it was handed in
 * @param printedAt when it was stored
 */
public record PrintedDocument(long number, UUID id, String title, Instant acceptedAt, Instant printedAt) {}
