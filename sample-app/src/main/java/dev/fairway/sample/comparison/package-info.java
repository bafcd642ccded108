/** A quiet tenant beside a noisy one: in turns, and in a queue for all. */
@NullMarked
package dev.fairway.sample.comparison;

import org.jspecify.annotations.NullMarked;
