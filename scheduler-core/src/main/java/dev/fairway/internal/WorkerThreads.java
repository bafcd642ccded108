package dev.fairway.internal;

/** Makes the threads of workers. The class for Java 21 and newer makes virtual ones as well. */
public final class WorkerThreads {
    private WorkerThreads() {}

    /** Throws when there are no virtual threads. */
    public static void checkVirtual() {
        throw new IllegalStateException("virtual threads need Java 21 or newer, this is " + Runtime.version()
                + "; on a newer Java, this library was built without them");
    }

    public static Thread newThread(String name, Runnable code, boolean virtual) {
        Thread thread = new Thread(null, code, name, 0, false);
        thread.setDaemon(false);
        return thread;
    }
}
