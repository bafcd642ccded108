/** The meters of Fairway; they need Micrometer. */
@NullMarked
package dev.fairway.spring.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
