/** How much heap objects of Fairway keep that do nothing. Not JMH's: there is nothing to repeat. */
@org.jspecify.annotations.NullMarked
package dev.fairway.benchmarks.memory;
