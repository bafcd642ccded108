/** The health of Fairway; it needs spring-boot-health. */
@NullMarked
package dev.fairway.spring.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
