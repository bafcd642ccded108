package dev.fairway.coordinator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a section of the lock leaves to be done when the lock is free. First what lets others go on: wake-ups, interrupts, the ends of
 * handles for those who join them. Only then what may take its time: dependents and listeners. So nobody waits for a wake-up, or joins
 * a handle that has been decided, while somebody's code runs.
 */
final class Aftermath {
    private final List<Runnable> ours = new ArrayList<>(2);
    private final List<Runnable> theirs = new ArrayList<>(2);

    /** Calls nobody else's code. */
    void first(Runnable action) {
        ours.add(action);
    }

    /** Calls others' code. */
    void then(Runnable action) {
        theirs.add(action);
    }

    boolean callsOthers() {
        return !theirs.isEmpty();
    }

    void letOthersGoOn() {
        ours.forEach(Runnable::run);
    }

    void callOthers(Consumer<Runnable> by) {
        theirs.forEach(by);
    }
}
