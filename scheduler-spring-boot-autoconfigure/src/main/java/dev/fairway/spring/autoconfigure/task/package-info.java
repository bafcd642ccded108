/** What stands behind {@link dev.fairway.spring.FairTask}. */
@NullMarked
package dev.fairway.spring.autoconfigure.task;

import org.jspecify.annotations.NullMarked;
