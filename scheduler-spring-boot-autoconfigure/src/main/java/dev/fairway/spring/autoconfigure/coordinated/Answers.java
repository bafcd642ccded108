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

    /** Of everything that code throws it is said whether it is an answer: the same exception may be one here, and none there. */
    static void note(Throwable thrown, boolean isAnswer) {
        if (isAnswer) {
            LAST.set(new WeakReference<>(thrown));
        } else {
            LAST.remove();
        }
    }

    static boolean isFailure(Throwable thrown) {
        WeakReference<Throwable> last = LAST.get();
        return last == null || last.get() != thrown;
    }
}
