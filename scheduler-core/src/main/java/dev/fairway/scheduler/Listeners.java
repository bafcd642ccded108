package dev.fairway.scheduler;

import dev.fairway.internal.Failures;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/** Tells listeners of events and keeps what they throw from the tasks. */
final class Listeners<T> {
    private final String scheduler;
    private final List<Guarded<T>> listeners;

    Listeners(String scheduler, List<TaskListener<? super T>> listeners) {
        this.scheduler = scheduler;
        this.listeners = listeners.stream().map(Guarded<T>::new).toList();
    }

    boolean isEmpty() {
        return listeners.isEmpty();
    }

    /** Passes the event to one method of each listener, for example {@code TaskListener::accepted}. */
    void tell(BiConsumer<TaskListener<T>, TaskEvent<T>> method, TaskEvent<T> event) {
        for (Guarded<T> listener : listeners) {
            try {
                method.accept(listener.target, event);
            } catch (Throwable thrown) {
                if (listener.silenced.compareAndSet(false, true)) {
                    new Failures("dev.fairway.scheduler")
                            .log(
                                    () -> "listener "
                                            + listener.target.getClass().getName() + " of scheduler '" + scheduler
                                            + "' threw; what it throws from now on is not logged",
                                    thrown);
                }
            }
        }
    }

    /** A listener, and whether it has been logged for throwing. */
    private static final class Guarded<T> {
        final TaskListener<T> target;
        final AtomicBoolean silenced = new AtomicBoolean();

        @SuppressWarnings("unchecked") // a listener takes events, so one of a supertype takes these
        Guarded(TaskListener<? super T> target) {
            this.target = (TaskListener<T>) target;
        }
    }
}
