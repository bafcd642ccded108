package dev.fairway.benchmarks;

import dev.fairway.coordinator.Coordinator;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Virtual threads, on Java 21 and later, by reflection: the benchmarks are compiled for Java 17. */
public final class VirtualThreads {
    private static final @Nullable MethodHandle IS_VIRTUAL = isVirtual();

    private VirtualThreads() {}

    private static @Nullable MethodHandle isVirtual() {
        try {
            return MethodHandles.lookup().findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException older) {
            return null;
        }
    }

    /** {@return whether this is one} */
    public static boolean isCurrent() {
        try {
            return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

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
