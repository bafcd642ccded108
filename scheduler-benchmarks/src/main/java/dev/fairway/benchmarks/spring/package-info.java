/** What the Spring layer adds: to a call, and to the start of an application. */
@org.jspecify.annotations.NullMarked
package dev.fairway.benchmarks.spring;
