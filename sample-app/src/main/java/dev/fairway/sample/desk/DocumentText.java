package dev.fairway.sample.desk;

/**
 * A printed document.
 *
 * @param title its title
 * @param html its body
 */
public record DocumentText(String title, String html) {}
