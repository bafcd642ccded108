package dev.fairway.benchmarks.spring;

import dev.fairway.spring.CoordinatedTask;

/** A contract with next to nothing to do. */
@CoordinatedTask("desks")
public interface Desk {
    /** {@return the number after that one} */
    int stamp(int number);
}
