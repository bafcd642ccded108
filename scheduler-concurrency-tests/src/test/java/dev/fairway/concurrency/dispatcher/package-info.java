/** The races of the dispatcher. */
package dev.fairway.concurrency.dispatcher;
