/** How tasks are observed with Micrometer; it needs micrometer-observation. */
@NullMarked
package dev.fairway.spring.observation;

import org.jspecify.annotations.NullMarked;
