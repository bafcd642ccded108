/** The auto-configuration of Fairway and its properties. */
@NullMarked
package dev.fairway.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
