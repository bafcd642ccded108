/** The races of the coordinator. */
package dev.fairway.concurrency.coordinator;
