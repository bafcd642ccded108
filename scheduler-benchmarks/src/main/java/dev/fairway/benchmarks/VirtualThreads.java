package dev.fairway.benchmarks;

import dev.fairway.coordinator.Coordinator;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Virtual threads, on Java 21 and later, by reflection: the benchmarks are compiled for Java 17. */
public final class VirtualThreads {
    private VirtualThreads() {}

    /** {@return whether there are any} Asks the library, which may also have been built without them. */
    public static boolean exist() {
        try {
            Coordinator.builder().virtualThreads().build().close();
            return true;
        } catch (IllegalStateException withoutThem) {
            return false;
        }
    }

    /** {@return an executor that starts a virtual thread for each task} */
    public static ExecutorService newThreadPerTaskExecutor() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("there are no virtual threads in Java " + Runtime.version(), e);
        }
    }
}
