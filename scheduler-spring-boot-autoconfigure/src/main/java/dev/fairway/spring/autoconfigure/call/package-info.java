/** What the annotations have in common that make a task of a call. Not for applications. */
@NullMarked
package dev.fairway.spring.autoconfigure.call;

import org.jspecify.annotations.NullMarked;
