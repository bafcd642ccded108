package dev.fairway.spring.autoconfigure.coordinated;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * Exceptions that a contract declares are answers of the worker and not failures. A coordinator asks about what a task threw right
 * after that, on the same thread, and knows nothing of methods: so it is noted for the thread what its last answer was.
 */
final class Answers {
    private static final ThreadLocal<@Nullable WeakReference<Throwable>> LAST = new ThreadLocal<>();

    private Answers() {}

    static void note(Throwable answer) {
        LAST.set(new WeakReference<>(answer));
    }

    static boolean isFailure(Throwable thrown) {
        WeakReference<Throwable> last = LAST.get();
        return last == null || last.get() != thrown;
    }
}
