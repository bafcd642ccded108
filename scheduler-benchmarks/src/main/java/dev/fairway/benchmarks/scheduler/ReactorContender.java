package dev.fairway.benchmarks.scheduler;

import dev.fairway.benchmarks.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.BiFunction;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;

/**
 * Reactor: a sink with a bounded queue for each tenant, and for all of them the threads of one parallel scheduler. The room of a queue is
 * rounded up to a power of two.
 *
 * <p>There are no turns and no weights. What waits can be dropped only with the whole stream, whose state is gone then, and a task that
 * throws ends the stream of its tenant unless somebody resumes it. A sink takes one producer at a time; a second one is refused meanwhile.
 */
final class ReactorContender implements Contender {
    private final List<Queue<Runnable>> queues = new ArrayList<>();
    private final List<Sinks.Many<Runnable>> sinks = new ArrayList<>();
    private final List<Disposable> streams = new ArrayList<>();
    private final Scheduler threads;

    private ReactorContender(Shape shape, BiFunction<Flux<Runnable>, Scheduler, Disposable> stream) {
        threads = Schedulers.newParallel("reactor-worker", shape.workers());
        for (int i = 0; i < shape.channels(); i++) {
            Queue<Runnable> queue = Queues.<Runnable>get(shape.capacity()).get();
            Sinks.Many<Runnable> sink = Sinks.many().unicast().onBackpressureBuffer(queue);
            queues.add(queue);
            sinks.add(sink);
            streams.add(stream.apply(sink.asFlux(), threads));
        }
    }

    /**
     * A tenant has one of the threads and runs one task at a time. Those that share a thread wait until the other's queue is empty: fair
     * only while there are at least as many threads as busy tenants.
     */
    static Contender publishOn(Shape shape) {
        return new ReactorContender(
                shape, (tasks, threads) -> tasks.publishOn(threads).subscribe(Runnable::run));
    }

    /**
     * A tenant has as many tasks on their way as there are threads, one in the queue of each: nobody waits for more than one task of each
     * other tenant, whose length nobody looks at. A thread that is idle does not take what waits for another.
     */
    static Contender flatMap(Shape shape) {
        return new ReactorContender(
                shape,
                (tasks, threads) -> tasks.flatMap(
                                task -> Mono.fromRunnable(task).subscribeOn(threads), shape.workers())
                        .subscribe());
    }

    @Override
    public void put(int channel, Runnable task) {
        sinks.get(channel).emitNext(task, (signal, result) -> {
            Thread.yield();
            return result == Sinks.EmitResult.FAIL_OVERFLOW;
        });
    }

    @Override
    public int waiting(int channel) {
        return queues.get(channel).size();
    }

    @Override
    public void close() {
        sinks.forEach(sink -> sink.emitComplete(Sinks.EmitFailureHandler.FAIL_FAST));
        for (Disposable stream : streams) {
            Await.until(stream::isDisposed, stream::toString);
        }
        threads.dispose();
    }
}
