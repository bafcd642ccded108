/** What stands behind {@link dev.fairway.spring.CoordinatedTask}. */
@NullMarked
package dev.fairway.spring.autoconfigure.coordinated;

import org.jspecify.annotations.NullMarked;
