/** What follows a task from the thread that submits it to the worker that runs it. */
@NullMarked
package dev.fairway.spring.autoconfigure.context;

import org.jspecify.annotations.NullMarked;
