package dev.fairway.spring.autoconfigure.coordinated;

import org.jspecify.annotations.Nullable;

/** A task of a contract's coordinator: what is to be done with a worker. */
interface Call {
    /**
     * {@return the result}
     *
     * @param worker the one whose turn the current thread has
     * @throws Throwable what the worker's code threw, as it is
     */
    @Nullable
    Object on(Worker worker) throws Throwable;

    /**
     * {@return whether what the code threw is an answer, and no failure of the worker}
     *
     * @param thrown what it threw
     * @param turn the turn in which it did
     */
    boolean isAnswer(Throwable thrown, Turn turn);
}
