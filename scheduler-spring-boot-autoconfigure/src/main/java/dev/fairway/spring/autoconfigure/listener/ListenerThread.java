package dev.fairway.spring.autoconfigure.listener;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/** The thread of one listener, which goes when there is nothing to do for a while. It is no bean. */
final class ListenerThread implements Executor {
    private static final long KEEP_SECONDS = 10;

    private final Executor executor;
    private final Runnable end;

    private ListenerThread(Executor executor, Runnable end) {
        this.executor = executor;
        this.end = end;
    }

    static ListenerThread of(String prefix, boolean virtual) {
        if (virtual) {
            SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor(prefix);
            threads.setVirtualThreads(true);
            return new ListenerThread(threads, threads::close);
        }
        ThreadPoolExecutor thread = new ThreadPoolExecutor(
                1,
                1,
                KEEP_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new CustomizableThreadFactory(prefix));
        thread.allowCoreThreadTimeOut(true);
        return new ListenerThread(thread, thread::shutdown);
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    void end() {
        end.run();
    }
}
