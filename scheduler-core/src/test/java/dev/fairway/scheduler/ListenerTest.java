package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.RejectedTaskException;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.TaskPhase;
import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Logs;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a listener hears. */
class ListenerTest {
    @RegisterExtension
    final Threads threads = new Threads();

    @RegisterExtension
    final Logs logs = new Logs();

    private final Gate gate = new Gate();
    private final FakeClock clock = new FakeClock();
    private final Recording recording = new Recording();

    private FairScheduler.Builder<Job, String> scheduler() {
        return Job.scheduler().workers(1).ticker(clock).listener(recording);
    }

    /** Tasks that come one a minute and wait behind many: each was accepted when it came. */
    @Test
    void eachTaskOfASlowProducerIsAcceptedWhenItComes() {
        List<Job> jobs = new ArrayList<>();
        try (FairScheduler<Job, String> scheduler = scheduler().build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.pause();
            long start = clock.getAsLong();
            for (int i = 0; i < 40; i++) {
                jobs.add(Job.named("a"));
                channel.offer(jobs.get(i));
                clock.advance(Duration.ofMinutes(1));
            }
            for (int i = 0; i < 40; i++) {
                assertThat(recording.event(jobs.get(i), "accepted").acceptedNanos() - start)
                        .as("task %s", i)
                        .isEqualTo(Duration.ofMinutes(i).toNanos());
            }
            channel.cancelAll();
        }
    }

    @Test
    void aTaskThatCompletesIsAcceptedStartedProcessedAndCommitted() throws Exception {
        Job job = Job.named("job")
                .processing(() -> {
                    gate.pass();
                    clock.advance(Duration.ofMillis(30));
                })
                .committing(() -> clock.advance(Duration.ofMillis(4)));
        try (FairScheduler<Job, String> scheduler = scheduler().build()) {
            Gate worker = new Gate();
            scheduler.submit("first", Job.named("first").processing(worker::pass));
            worker.awaitArrivals(1);
            TaskHandle<String> handle = scheduler.submit("bulk", job);
            clock.advance(Duration.ofMillis(200));
            worker.open();
            gate.awaitArrivals(1);
            gate.open();
            handle.join();
        }
        assertThat(recording.of(job)).containsExactly("accepted", "started", "processed", "committed");
        TaskEvent<Job> accepted = recording.event(job, "accepted");
        assertThat(accepted.channel()).isEqualTo("bulk");
        assertThat(accepted.task()).isSameAs(job);
        assertThat(accepted.wasStarted()).isFalse();
        assertThat(accepted.waited()).isZero();
        assertThat(accepted.failure()).isNull();
        TaskEvent<Job> started = recording.event(job, "started");
        assertThat(started.wasStarted()).isTrue();
        assertThat(started.waited()).isEqualTo(Duration.ofMillis(200));
        TaskEvent<Job> processed = recording.event(job, "processed");
        assertThat(processed.ran()).isEqualTo(Duration.ofMillis(30));
        TaskEvent<Job> committed = recording.event(job, "committed");
        assertThat(committed.ran()).isEqualTo(Duration.ofMillis(34));
        assertThat(committed.waited()).isEqualTo(Duration.ofMillis(200));
        assertThat(committed.failure()).isNull();
    }

    @Test
    void aTaskWithoutACommitIsCommittedToo() {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (FairScheduler<String, Integer> scheduler = FairScheduler.<String, Integer>processing(String::length)
                .workers(1)
                .listener(new TaskListener<String>() {
                    @Override
                    public void committed(TaskEvent<String> event) {
                        heard.add(event.task());
                    }
                })
                .build()) {
            scheduler.submit("a", "task").join();
        }
        assertThat(heard).containsExactly("task");
    }

    @Test
    void aTaskThatWasOfferedOrPutIsHeardOfToo() throws Exception {
        Job offered = Job.named("offered");
        Job put = Job.named("put");
        try (FairScheduler<Job, String> scheduler = scheduler().build()) {
            scheduler.channel("a").offer(offered);
            scheduler.channel("a").put(put);
        }
        assertThat(recording.of(offered)).containsExactly("accepted", "started", "processed", "committed");
        assertThat(recording.of(put)).containsExactly("accepted", "started", "processed", "committed");
    }

    @Test
    void aTaskThatFailsIsHeardOfWithItsPhase() {
        IllegalStateException failure = new IllegalStateException("no");
        Job inProcess = Job.of(() -> {
            throw failure;
        });
        Job inCommit = Job.named("commit").committing(() -> {
            throw failure;
        });
        try (FairScheduler<Job, String> scheduler = scheduler().build()) {
            scheduler.channel("a").offer(inProcess);
            scheduler.channel("a").offer(inCommit);
        }
        assertThat(recording.of(inProcess)).containsExactly("accepted", "started", "failed");
        assertThat(recording.of(inCommit)).containsExactly("accepted", "started", "processed", "failed");
        for (Job job : List.of(inProcess, inCommit)) {
            assertThat(recording.event(job, "failed").failure())
                    .isInstanceOf(TaskFailedException.class)
                    .hasCause(failure)
                    .extracting(thrown -> ((TaskFailedException) thrown).phase())
                    .isEqualTo(job == inProcess ? TaskPhase.PROCESS : TaskPhase.COMMIT);
        }
    }

    @Test
    void aCancelledTaskIsHeardOfOnceWhereverItWas() throws Exception {
        Job running = Job.at(gate);
        Job byHandle = Job.named("by handle");
        Job waiting = Job.named("waiting");
        try (FairScheduler<Job, String> scheduler = scheduler().build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.offer(running);
            gate.awaitArrivals(1);
            TaskHandle<String> handle = channel.submit(byHandle);
            channel.offer(waiting);
            handle.cancel();
            assertThat(recording.of(byHandle)).containsExactly("accepted", "cancelled");
            channel.cancelAll();
            assertThat(recording.of(waiting)).containsExactly("accepted", "cancelled");
            assertThat(recording.of(running)).containsExactly("accepted", "started", "cancelled");
            assertThat(recording.event(running, "cancelled").wasStarted()).isTrue();
            assertThat(recording.event(waiting, "cancelled").wasStarted()).isFalse();
            gate.open();
        }
        assertThat(recording.of(running)).containsExactly("accepted", "started", "cancelled");
    }

    @Test
    void aRefusedTaskIsHeardOfWithTheReasonWhenItIsKnown() {
        Job first = Job.named("first");
        Job refused = Job.named("refused");
        try (FairScheduler<Job, String> scheduler = scheduler().build()) {
            Channel<Job, String> channel = scheduler.openChannel("bulk", ChannelOptions.capacity(1));
            channel.pause();
            channel.offer(first);
            assertThat(channel.offer(refused)).isFalse();
            assertThatThrownBy(() -> channel.submit(refused)).isInstanceOf(RejectedTaskException.class);
            assertThat(recording.of(refused)).containsExactly("rejected", "rejected");
            TaskEvent<Job> event = recording.event(refused, "rejected");
            assertThat(event.channel()).isEqualTo("bulk");
            assertThat(event.wasStarted()).isFalse();
            channel.resume();
        }
    }

    @Test
    void anExpiredTaskIsHeardOf() throws Exception {
        Job job = Job.named("late");
        try (FairScheduler<Job, String> scheduler = scheduler().build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.pause();
            channel.submit(job, TaskOptions.expiresAfter(Duration.ofSeconds(1)));
            clock.advance(Duration.ofSeconds(2));
            channel.resume();
            Threads.awaitThat(() -> channel.stats().expired() == 1);
        }
        assertThat(recording.of(job)).containsExactly("accepted", "expired");
        assertThat(recording.event(job, "expired").wasStarted()).isFalse();
    }

    /** A worker may take the task before its producer has got around to telling the listener. */
    @Test
    void acceptedIsHeardBeforeStartedHoweverQuickTheWorkerIs() {
        AtomicInteger outOfOrder = new AtomicInteger();
        Map<Integer, Boolean> accepted = new ConcurrentHashMap<>();
        TaskListener<Integer> listener = new TaskListener<>() {
            @Override
            public void accepted(TaskEvent<Integer> event) {
                accepted.put(event.task(), true);
            }

            @Override
            public void started(TaskEvent<Integer> event) {
                outOfOrder.addAndGet(accepted.containsKey(event.task()) ? 0 : 1);
            }
        };
        try (FairScheduler<Integer, Integer> scheduler = FairScheduler.<Integer, Integer>processing(task -> task)
                .workers(3)
                .listener(listener)
                .build()) {
            threads.startTogether(4, p -> {
                for (int i = 0; i < 3_000; i++) {
                    int task = p * 3_000 + i;
                    switch (i % 3) {
                        case 0 ->
                            scheduler
                                    .submit("a" + p, task, TaskOptions.urgent())
                                    .join();
                        case 1 -> scheduler.channel("a" + p).put(task);
                        default ->
                            assertThat(scheduler.channel("a" + p).offer(task)).isTrue();
                    }
                }
            });
            threads.join();
        }
        assertThat(accepted).hasSize(12_000);
        assertThat(outOfOrder).hasValue(0);
    }

    @Test
    void aListenerThatThrowsIsLoggedOnceAndHarmsNoTask() {
        IllegalStateException broken = new IllegalStateException("broken listener");
        TaskListener<Job> listener = new TaskListener<>() {
            @Override
            public void accepted(TaskEvent<Job> event) {
                throw broken;
            }

            @Override
            public void started(TaskEvent<Job> event) {
                throw broken;
            }

            @Override
            public void processed(TaskEvent<Job> event) {
                throw broken;
            }

            @Override
            public void committed(TaskEvent<Job> event) {
                throw broken;
            }
        };
        try (FairScheduler<Job, String> scheduler = Job.scheduler()
                .workers(1)
                .listener(listener)
                .addListener(recording)
                .build()) {
            for (int i = 0; i < 100; i++) {
                Job job = Job.named("a" + i);
                assertThat(scheduler.submit("a", job).join()).isEqualTo("a" + i);
                assertThat(job.committed).hasValue(1);
            }
            assertThat(scheduler.submit("a", Job.named("b")).join()).isEqualTo("b");
        }
        assertThat(logs.count(broken)).isEqualTo(1);
        assertThat(recording.heard)
                .hasSize(101)
                .allSatisfy((job, events) ->
                        assertThat(events).containsExactly("accepted", "started", "processed", "committed"));
    }

    @Test
    void aListenerThatThrowsWhenATaskIsRefusedOrCancelledHarmsNobody() throws Exception {
        TaskListener<Job> listener = new TaskListener<>() {
            @Override
            public void rejected(TaskEvent<Job> event) {
                throw new IllegalStateException("broken");
            }

            @Override
            public void cancelled(TaskEvent<Job> event) {
                throw new IllegalStateException("broken");
            }

            @Override
            public void failed(TaskEvent<Job> event) {
                throw new Error("broken");
            }
        };
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).listener(listener).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(2));
            channel.pause();
            TaskHandle<String> handle = channel.submit(Job.named("a"));
            channel.offer(Job.named("b"));
            assertThat(channel.offer(Job.named("c"))).isFalse();
            assertThat(handle.cancel()).isTrue();
            assertThat(channel.cancelAll().dropped()).isEqualTo(1);
            channel.resume();
            TaskHandle<String> failing = channel.submit(Job.of(() -> {
                throw new IllegalStateException("task");
            }));
            assertThatThrownBy(failing::join).hasRootCauseMessage("task");
            assertThat(channel.submit(Job.named("d")).join()).isEqualTo("d");
        }
    }

    @Test
    void addedListenersHearOfEachTaskAfterTheOthers() {
        List<String> heard = new CopyOnWriteArrayList<>();
        record Named(String name, List<String> heard) implements TaskListener<Job> {
            @Override
            public void committed(TaskEvent<Job> event) {
                heard.add(name);
            }
        }
        try (FairScheduler<Job, String> scheduler = Job.scheduler()
                .workers(1)
                .addListener(new Named("second", heard))
                .addListener(new Named("third", heard))
                .listener(new Named("replaced", heard))
                .listener(new Named("first", heard))
                .build()) {
            scheduler.submit("a", Job.named("a")).join();
        }
        assertThat(heard).containsExactly("first", "second", "third");
    }

    /** While the listener is being told, another thread does everything that takes a lock of the channel or scheduler. */
    @Test
    void aListenerIsCalledOutsideAllLocks() throws Exception {
        AtomicReference<FairScheduler<Job, String>> itself = new AtomicReference<>();
        List<String> blocked = new CopyOnWriteArrayList<>();
        AtomicBoolean watching = new AtomicBoolean();
        class Probing implements TaskListener<Job> {
            private void probe(String event) {
                if (!watching.get()) {
                    return;
                }
                CountDownLatch free = new CountDownLatch(1);
                threads.start(() -> {
                    Channel<Job, String> channel = itself.get().findChannel("a").orElseThrow();
                    channel.weight(1);
                    channel.maxParallel(2);
                    channel.stats();
                    channel.size();
                    itself.get().workers(1);
                    itself.get().stats();
                    itself.get().findChannel("b").ifPresent(ChannelControl::close);
                    free.countDown();
                });
                try {
                    if (!free.await(10, TimeUnit.SECONDS)) {
                        blocked.add(event);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void accepted(TaskEvent<Job> event) {
                probe("accepted");
            }

            @Override
            public void rejected(TaskEvent<Job> event) {
                probe("rejected");
            }

            @Override
            public void started(TaskEvent<Job> event) {
                probe("started");
            }

            @Override
            public void processed(TaskEvent<Job> event) {
                probe("processed");
            }

            @Override
            public void committed(TaskEvent<Job> event) {
                probe("committed");
            }

            @Override
            public void cancelled(TaskEvent<Job> event) {
                probe("cancelled");
            }
        }
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).listener(new Probing()).build()) {
            itself.set(scheduler);
            Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(2));
            watching.set(true);
            assertThat(channel.submit(Job.named("a")).join()).isEqualTo("a");
            channel.pause();
            TaskHandle<String> handle = channel.submit(Job.named("b"));
            channel.offer(Job.named("c"));
            channel.offer(Job.named("refused"));
            handle.cancel();
            channel.cancelAll();
            channel.resume();
            watching.set(false);
        }
        assertThat(blocked).isEmpty();
    }

    /** Writes down what it hears, by task. */
    private static final class Recording implements TaskListener<Job> {
        final Map<Job, List<String>> heard = new ConcurrentHashMap<>();
        private final Map<String, TaskEvent<Job>> events = new ConcurrentHashMap<>();

        private void hear(String what, TaskEvent<Job> event) {
            heard.computeIfAbsent(event.task(), task -> new CopyOnWriteArrayList<>())
                    .add(what);
            events.put(System.identityHashCode(event.task()) + what, event);
        }

        List<String> of(Job job) {
            return heard.getOrDefault(job, List.of());
        }

        TaskEvent<Job> event(Job job, String what) {
            return events.get(System.identityHashCode(job) + what);
        }

        @Override
        public void accepted(TaskEvent<Job> event) {
            hear("accepted", event);
        }

        @Override
        public void rejected(TaskEvent<Job> event) {
            hear("rejected", event);
        }

        @Override
        public void started(TaskEvent<Job> event) {
            hear("started", event);
        }

        @Override
        public void processed(TaskEvent<Job> event) {
            hear("processed", event);
        }

        @Override
        public void committed(TaskEvent<Job> event) {
            hear("committed", event);
        }

        @Override
        public void failed(TaskEvent<Job> event) {
            hear("failed", event);
        }

        @Override
        public void cancelled(TaskEvent<Job> event) {
            hear("cancelled", event);
        }

        @Override
        public void expired(TaskEvent<Job> event) {
            hear("expired", event);
        }
    }
}
