package dev.fairway.benchmarks.scheduler;

import dev.fairway.benchmarks.Await;
import java.util.ArrayList;
import java.util.List;
import org.jctools.queues.MpmcArrayQueue;

/**
 * Threads that poll JCTools queues: about the least that handing over can cost. They spin, then yield, and never park, so nobody
 * ever pays for a wake-up; as long as it is open, it takes all processors that it can get.
 */
final class JcToolsContender implements Contender {
    private static final int SPINS = 32;

    private final List<MpmcArrayQueue<Runnable>> queues = new ArrayList<>();
    private final List<Thread> workers = new ArrayList<>();
    private volatile boolean closed;

    private JcToolsContender(int workers, int queues, int capacity) {
        for (int i = 0; i < queues; i++) {
            this.queues.add(new MpmcArrayQueue<>(capacity));
        }
        for (int i = 0; i < workers; i++) {
            int first = i;
            Thread worker = new Thread(queues == 1 ? this::pollOne : () -> pollAll(first), "jctools-worker-" + i);
            this.workers.add(worker);
            worker.start();
        }
    }

    static Contender oneQueue(Shape shape) {
        return new JcToolsContender(shape.workers(), 1, shape.total());
    }

    static Contender oneQueueForEachChannel(Shape shape) {
        return new JcToolsContender(shape.workers(), shape.channels(), shape.capacity());
    }

    @Override
    public void put(int channel, Runnable task) {
        MpmcArrayQueue<Runnable> queue = queues.get(queues.size() == 1 ? 0 : channel);
        while (!queue.offer(task)) {
            Thread.yield();
        }
    }

    private void pollOne() {
        MpmcArrayQueue<Runnable> queue = queues.get(0);
        for (int idle = 0; !closed; ) {
            Runnable task = queue.poll();
            if (task == null) {
                idle = idle(idle);
            } else {
                idle = 0;
                task.run();
            }
        }
    }

    private void pollAll(int first) {
        int next = first;
        int empty = 0;
        for (int idle = 0; !closed; ) {
            Runnable task = queues.get(next).poll();
            next = next + 1 == queues.size() ? 0 : next + 1;
            if (task != null) {
                empty = 0;
                idle = 0;
                task.run();
            } else if (++empty == queues.size()) {
                empty = 0;
                idle = idle(idle);
            }
        }
    }

    private static int idle(int idle) {
        if (idle < SPINS) {
            Thread.onSpinWait();
            return idle + 1;
        }
        Thread.yield();
        return idle;
    }

    @Override
    public int waiting(int channel) {
        return queues.get(queues.size() == 1 ? 0 : channel).size();
    }

    @Override
    public void close() {
        closed = true;
        workers.forEach(Await::end);
    }
}
