/** The desk over HTTP. */
@NullMarked
package dev.fairway.sample.web;

import org.jspecify.annotations.NullMarked;
