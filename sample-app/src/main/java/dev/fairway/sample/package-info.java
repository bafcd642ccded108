/** The print desk: Markdown in, HTML out, and nobody waits for another tenant's backlog. */
@NullMarked
package dev.fairway.sample;

import org.jspecify.annotations.NullMarked;
