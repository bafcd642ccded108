/** The Actuator endpoint. */
@NullMarked
package dev.fairway.spring.autoconfigure.endpoint;

import org.jspecify.annotations.NullMarked;
