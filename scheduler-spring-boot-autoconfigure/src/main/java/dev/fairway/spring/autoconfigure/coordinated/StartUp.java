package dev.fairway.spring.autoconfigure.coordinated;

/** Whether the application's singletons are there. Thread-safe. */
final class StartUp {
    private volatile boolean over;

    boolean isOver() {
        return over;
    }

    void end() {
        over = true;
    }
}
