package dev.fairway.concurrency;

/** A JVM in which states of jcstress tests live. */
public final class Fork {
    static {
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("main"))
                .findFirst()
                .ifPresent(Fork::endWith);
    }

    private Fork() {}

    /** The JVM ends with its main thread, whatever threads are left: workers are no daemons, and have no end in tests. */
    public static void endsWithMain() {}

    private static void endWith(Thread main) {
        Thread watcher = new Thread(() -> {
            try {
                main.join();
                Runtime.getRuntime().halt(0);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        watcher.setDaemon(true);
        watcher.start();
    }
}
