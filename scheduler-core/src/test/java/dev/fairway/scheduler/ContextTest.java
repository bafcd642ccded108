package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.ContextPropagator;
import dev.fairway.TaskHandle;
import dev.fairway.testing.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The context of the submitting thread in process and commit. */
class ContextTest {
    private static final ThreadLocal<String> CONTEXT = new ThreadLocal<>();

    @RegisterExtension
    final Threads threads = new Threads();

    private final List<String> seen = new CopyOnWriteArrayList<>();

    private Job looking() {
        return Job.named("a")
                .processing(() -> seen.add("process " + CONTEXT.get()))
                .committing(() -> seen.add("commit " + CONTEXT.get()));
    }

    @Test
    void theContextOfTheSubmitterIsRestoredAroundProcessAndCommitAndTakenBackAfterwards() throws Exception {
        Propagator propagator = new Propagator();
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).contextPropagator(propagator).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.pause();
            for (String context : List.of("one", "two", "three")) {
                CONTEXT.set(context);
                switch (context) {
                    case "one" -> channel.offer(looking());
                    case "two" -> channel.put(looking());
                    default -> channel.submit(looking());
                }
            }
            CONTEXT.remove();
            TaskHandle<String> without = channel.submit(looking());
            channel.resume();
            without.join();
        } finally {
            CONTEXT.remove();
        }
        assertThat(seen)
                .containsExactly(
                        "process one",
                        "commit one",
                        "process two",
                        "commit two",
                        "process three",
                        "commit three",
                        "process null",
                        "commit null");
        assertThat(propagator.captured).hasValue(4);
        assertThat(propagator.restored).as("once around each phase").hasValue(6);
        assertThat(propagator.closed).hasValue(6);
        assertThat(propagator.closedElsewhere).hasValue(0);
    }

    @Test
    void theContextIsTakenBackAfterAFailureToo() {
        Propagator propagator = new Propagator();
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).contextPropagator(propagator).build()) {
            CONTEXT.set("failing");
            TaskHandle<String> failing = scheduler.submit("a", Job.of(() -> {
                throw new Error("no");
            }));
            TaskHandle<String> failingCommit =
                    scheduler.submit("a", Job.named("b").committing(() -> {
                        throw new Error("no");
                    }));
            CONTEXT.remove();
            assertThatThrownBy(failing::join).hasRootCauseMessage("no");
            assertThatThrownBy(failingCommit::join).hasRootCauseMessage("no");
            scheduler.submit("a", looking()).join();
        } finally {
            CONTEXT.remove();
        }
        assertThat(seen).containsExactly("process null", "commit null");
        assertThat(propagator.closed).hasValue(propagator.restored.get());
    }

    @Test
    void tasksOfManyThreadsKeepTheirContextsApart() {
        AtomicInteger mixedUp = new AtomicInteger();
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(3).contextPropagator(new Propagator()).build()) {
            threads.startTogether(4, p -> {
                String mine = "thread " + p;
                CONTEXT.set(mine);
                List<TaskHandle<String>> handles = new ArrayList<>();
                for (int i = 0; i < 1_000; i++) {
                    Threads.Code look = () -> mixedUp.addAndGet(mine.equals(CONTEXT.get()) ? 0 : 1);
                    handles.add(scheduler.submit(
                            "c" + i % 3, Job.named("a").processing(look).committing(look)));
                    if (handles.size() > 100) {
                        handles.forEach(TaskHandle::join);
                        handles.clear();
                    }
                }
                handles.forEach(TaskHandle::join);
            });
            threads.join();
        }
        assertThat(mixedUp).hasValue(0);
    }

    @Test
    void theContextReachesTasksThatCarryTheirOwnCode() throws Exception {
        try (FairExecutor executor = FairExecutor.builder()
                .workers(1)
                .contextPropagator(new Propagator())
                .build()) {
            CONTEXT.set("mine");
            ExecutorService view = executor.channel("a");
            assertThat(view.submit(CONTEXT::get).get(20, TimeUnit.SECONDS)).isEqualTo("mine");
            view.submit(() -> seen.add("runnable " + CONTEXT.get())).get(20, TimeUnit.SECONDS);
            executor.submit("a", CONTEXT::get, result -> seen.add("commit " + CONTEXT.get() + " " + result))
                    .join();
        } finally {
            CONTEXT.remove();
        }
        assertThat(seen).containsExactly("runnable mine", "commit mine mine");
    }

    @Test
    void aPropagatorThatFailsToCaptureRefusesTheTaskAndHarmsNobody() {
        AtomicInteger calls = new AtomicInteger();
        IllegalStateException broken = new IllegalStateException("no context");
        try (FairScheduler<Job, String> scheduler = Job.scheduler()
                .workers(1)
                .contextPropagator(() -> {
                    if (calls.getAndIncrement() == 0) {
                        throw broken;
                    }
                    return null;
                })
                .build()) {
            Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(1));
            assertThatThrownBy(() -> channel.offer(Job.named("a"))).isSameAs(broken);
            assertThat(channel.stats().accepted()).isZero();
            assertThat(channel.submit(Job.named("b")).join()).isEqualTo("b");
        }
    }

    @Test
    void aContextThatCannotBeRestoredFailsTheTaskAndTheWorkerLivesOn() {
        IllegalStateException broken = new IllegalStateException("cannot restore");
        AtomicInteger captured = new AtomicInteger();
        try (FairScheduler<Job, String> scheduler = Job.scheduler()
                .workers(1)
                .contextPropagator(() -> {
                    if (captured.getAndIncrement() > 0) {
                        return null;
                    }
                    return () -> {
                        throw broken;
                    };
                })
                .build()) {
            TaskHandle<String> handle = scheduler.submit("a", Job.named("a"));
            assertThatThrownBy(handle::join).hasCause(broken);
            assertThat(scheduler.submit("a", Job.named("b")).join()).isEqualTo("b");
        }
    }

    /** Carries a thread-local string. */
    private static final class Propagator implements ContextPropagator {
        final AtomicInteger captured = new AtomicInteger();
        final AtomicInteger restored = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();
        final AtomicInteger closedElsewhere = new AtomicInteger();

        @Override
        public @Nullable Snapshot capture() {
            captured.incrementAndGet();
            String value = CONTEXT.get();
            return value == null ? null : () -> restore(value);
        }

        private Scope restore(String value) {
            restored.incrementAndGet();
            String before = CONTEXT.get();
            Thread thread = Thread.currentThread();
            CONTEXT.set(value);
            return () -> {
                closed.incrementAndGet();
                closedElsewhere.addAndGet(thread == Thread.currentThread() ? 0 : 1);
                if (before == null) {
                    CONTEXT.remove();
                } else {
                    CONTEXT.set(before);
                }
            };
        }
    }
}
