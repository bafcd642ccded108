package dev.fairway.internal;

/** Makes the threads of workers, on Java 21 and newer. */
public final class WorkerThreads {
    private WorkerThreads() {}

    /** Throws when there are no virtual threads: here there are. */
    public static void checkVirtual() {}

    public static Thread newThread(String name, Runnable code, boolean virtual) {
        if (virtual) {
            return Thread.ofVirtual()
                    .name(name)
                    .inheritInheritableThreadLocals(false)
                    .unstarted(code);
        }
        return Thread.ofPlatform()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .daemon(false)
                .unstarted(code);
    }
}
