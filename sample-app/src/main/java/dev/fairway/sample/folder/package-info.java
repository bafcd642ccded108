/** Feeds the Markdown files of a folder to the desk when the application starts. */
@NullMarked
package dev.fairway.sample.folder;

import org.jspecify.annotations.NullMarked;
