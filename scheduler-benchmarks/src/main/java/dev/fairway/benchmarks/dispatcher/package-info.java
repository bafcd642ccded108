/** The clocked dispatcher, and those whom one would use instead. */
@org.jspecify.annotations.NullMarked
package dev.fairway.benchmarks.dispatcher;
