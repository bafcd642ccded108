/** What makes {@link dev.fairway.spring.ClockedListener} work. */
@NullMarked
package dev.fairway.spring.autoconfigure.listener;

import org.jspecify.annotations.NullMarked;
