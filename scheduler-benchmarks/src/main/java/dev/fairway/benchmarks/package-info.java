/** JMH benchmarks of the scheduler. The opponents are parameters, so that they run beside it in the same run. */
@org.jspecify.annotations.NullMarked
package dev.fairway.benchmarks;
