package dev.fairway.dispatcher;

/** Reads a receiver on threads of an executor, and calls code of the application with each delivery. */
abstract class PushReader<T> implements Reader {
    /** Whether the caller is called by this. */
    abstract boolean isInside();
}
