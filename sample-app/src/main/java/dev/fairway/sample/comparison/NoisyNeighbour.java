package dev.fairway.sample.comparison;

import dev.fairway.sample.comparison.Waits.Probe;
import dev.fairway.sample.render.MarkdownRenderer;
import dev.fairway.scheduler.FairExecutor;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Service;

/** Lets a quiet tenant hand in documents beside a noisy one's backlog: to a fair executor, and to a thread pool as everybody has. */
@Service
public final class NoisyNeighbour {
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final String DOCUMENT = "# Report\n\n"
            + "Some *words* and a [link](https://example.org).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n".repeat(20);

    private final FairExecutor fair;
    private final MarkdownRenderer renderer;
    private final AtomicBoolean runs = new AtomicBoolean();

    NoisyNeighbour(@Qualifier("comparison") FairExecutor fair, MarkdownRenderer renderer) {
        this.fair = fair;
        this.renderer = renderer;
    }

    /**
     * Brings the load, first to the one and then to the other; takes as long as that takes.
     *
     * @param backlog how many documents the noisy tenant hands in at once; at least 1
     * @param documents how many the quiet tenant hands in; at least 1
     * @return the waits
     * @throws ComparisonRunsException when one is running
     * @throws InterruptedException when the caller is interrupted; what was handed in is still rendered
     */
    public Comparison compare(int backlog, int documents) throws InterruptedException {
        if (!runs.compareAndSet(false, true)) {
            throw new ComparisonRunsException();
        }
        try {
            int workers = fair.stats().workers();
            Waits inTurns = new Load(backlog, documents).bringTo(fair.channel("noisy"), fair.channel("quiet"));
            ThreadPoolExecutor pool =
                    new ThreadPoolExecutor(workers, workers, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
            try {
                Waits inLine = new Load(backlog, documents).bringTo(pool, pool);
                return new Comparison(backlog, documents, workers, inTurns, inLine);
            } finally {
                pool.shutdown();
            }
        } finally {
            runs.set(false);
        }
    }

    private final class Load {
        private final int backlog;
        private final int documents;
        private final CountDownLatch ended;
        private final AtomicInteger noisyBegun = new AtomicInteger();
        private final Queue<Probe> probes = new ConcurrentLinkedQueue<>();

        Load(int backlog, int documents) {
            this.backlog = backlog;
            this.documents = documents;
            this.ended = new CountDownLatch(backlog + documents);
        }

        Waits bringTo(Executor noisy, Executor quiet) throws InterruptedException {
            long begin = System.nanoTime();
            for (int i = 0; i < backlog; i++) {
                noisy.execute(() -> {
                    noisyBegun.incrementAndGet();
                    render();
                });
            }
            for (int i = 0; i < documents; i++) {
                handIn(quiet);
                LockSupport.parkNanos(PACE_NANOS);
            }
            ended.await();
            return Waits.of(List.copyOf(probes), System.nanoTime() - begin);
        }

        private void handIn(Executor quiet) {
            int begunBefore = noisyBegun.get();
            long handedIn = System.nanoTime();
            quiet.execute(() -> {
                long micros = (System.nanoTime() - handedIn) / 1_000;
                probes.add(new Probe(micros, noisyBegun.get() - begunBefore));
                render();
            });
        }

        private void render() {
            try {
                var unused = renderer.render(DOCUMENT);
            } finally {
                ended.countDown();
            }
        }
    }
}
