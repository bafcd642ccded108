/**
 * JMH benchmarks. The opponents are parameters, so that they run beside Fairway in the same run. Here is what they share, and what makes
 * tables and plots of their figures; a package for each primitive holds the benchmarks.
 */
@org.jspecify.annotations.NullMarked
package dev.fairway.benchmarks;
