/** What applications name: the annotations of Fairway, and the interfaces that its Spring Boot support calls. */
@NullMarked
package dev.fairway.spring;

import org.jspecify.annotations.NullMarked;
