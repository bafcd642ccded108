package dev.fairway.coordinator;

import dev.fairway.internal.Failures;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Tells listeners of events and keeps what they throw from the tasks. */
final class Listeners<T> {
    private final String coordinator;
    private final List<Guarded<T>> listeners;

    Listeners(String coordinator, List<CoordinatorListener<? super T>> listeners) {
        this.coordinator = coordinator;
        this.listeners = listeners.stream().map(Guarded<T>::new).toList();
    }

    boolean isEmpty() {
        return listeners.isEmpty();
    }

    /** Passes the event to one method of each listener, for example {@code CoordinatorListener::accepted}. */
    void tell(BiConsumer<CoordinatorListener<T>, CoordinatorEvent<T>> method, CoordinatorEvent<T> event) {
        tell(listener -> method.accept(listener, event));
    }

    void tell(Consumer<CoordinatorListener<T>> call) {
        for (Guarded<T> listener : listeners) {
            try {
                call.accept(listener.target);
            } catch (Throwable thrown) {
                if (listener.silenced.compareAndSet(false, true)) {
                    new Failures("dev.fairway.coordinator")
                            .log(
                                    () -> "listener "
                                            + listener.name() + " of coordinator '" + coordinator
                                            + "' threw; what it throws from now on is not logged",
                                    thrown);
                }
            }
        }
    }

    /** Sees to it that a task's acceptance is told once, before all else: by whoever comes first. */
    static final class Announcement {
        private static final int UNTOLD = 0;
        private static final int TELLING = 1;
        private static final int TOLD = 2;

        private final AtomicInteger state = new AtomicInteger(UNTOLD);

        void tell(Runnable telling, boolean wait) {
            if (state.compareAndSet(UNTOLD, TELLING)) {
                try {
                    telling.run();
                } finally {
                    state.set(TOLD);
                }
            }
            while (wait && state.get() != TOLD) {
                Thread.yield();
            }
        }
    }

    /** A listener that need not be told of tasks. */
    static final class OfWorkersOnly implements CoordinatorListener<Object> {
        private final WorkerListener target;

        OfWorkersOnly(WorkerListener target) {
            this.target = target;
        }

        @Override
        public void workerAdded(String worker) {
            target.workerAdded(worker);
        }

        @Override
        public void workerRemoved(String worker) {
            target.workerRemoved(worker);
        }

        @Override
        public void workerQuarantined(String worker, String reason) {
            target.workerQuarantined(worker, reason);
        }

        @Override
        public void workerReleased(String worker) {
            target.workerReleased(worker);
        }
    }

    /** A listener, and whether it has been logged for throwing. */
    private static final class Guarded<T> {
        final CoordinatorListener<T> target;
        final AtomicBoolean silenced = new AtomicBoolean();

        @SuppressWarnings("unchecked") // a listener takes events, so one of a supertype takes these
        Guarded(CoordinatorListener<? super T> target) {
            this.target = (CoordinatorListener<T>) target;
        }

        String name() {
            WorkerListener listener = target instanceof OfWorkersOnly of ? of.target : target;
            return listener.getClass().getName();
        }
    }
}
