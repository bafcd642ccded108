package dev.fairway.sample.comparison;

/**
 * The same load, twice.
 *
 * @param backlog how many documents the noisy tenant handed in at once
 * @param documents how many the quiet tenant handed in, one each millisecond
 * @param workers how many threads rendered
 * @param fair with a channel for each tenant
 * @param pool with one queue for all
 */
public record Comparison(int backlog, int documents, int workers, Waits fair, Waits pool) {}
