/** An observation for each task. */
@NullMarked
package dev.fairway.spring.autoconfigure.observation;

import org.jspecify.annotations.NullMarked;
