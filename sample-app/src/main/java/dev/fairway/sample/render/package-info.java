/** From Markdown to HTML. */
@NullMarked
package dev.fairway.sample.render;

import org.jspecify.annotations.NullMarked;
