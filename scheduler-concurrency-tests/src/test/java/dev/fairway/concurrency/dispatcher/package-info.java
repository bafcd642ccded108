/**
 * The place of the dispatcher's races: a send against the close of its receiver, a broadcast against a register, a tick against a
 * message, credit against the taking of a timestamp.
 */
package dev.fairway.concurrency.dispatcher;
