package dev.fairway.benchmarks.dispatcher;

/**
 * How large a contender is.
 *
 * @param senders how many threads send
 * @param receivers how many receivers there are
 * @param capacity how many messages may wait for each receiver
 */
record Shape(int senders, int receivers, int capacity) {}
