/** The races of the fair scheduler. */
package dev.fairway.concurrency.scheduler;
