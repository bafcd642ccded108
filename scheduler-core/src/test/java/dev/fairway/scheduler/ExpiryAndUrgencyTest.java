package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairway.RejectedTaskException;
import dev.fairway.TaskExpiredException;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tasks that must start soon or not at all, and tasks that go before others. */
class ExpiryAndUrgencyTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final FakeClock clock = new FakeClock();
    private final List<String> order = new CopyOnWriteArrayList<>();

    private Job recorded(String name) {
        return Job.named(name).processing(() -> order.add(name));
    }

    /** A tenant that is late with all of its backlog takes its turns, and not the time of the others. */
    @Test
    void oneTaskOfAQuietTenantDoesNotWaitForAllThatHasExpiredOfABusyOne() throws Exception {
        int many = 10_000;
        AtomicInteger expired = new AtomicInteger();
        AtomicInteger expiredBefore = new AtomicInteger();
        try (FairScheduler<Job, String> scheduler = Job.strict().ticker(clock).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> busy = scheduler.openChannel("busy", ChannelOptions.capacity(many));
            for (int i = 0; i < many; i++) {
                CompletionStage<String> unused = busy.submit(
                                Job.named("late"), TaskOptions.expiresAfter(Duration.ofSeconds(1)))
                        .completion()
                        .whenComplete((value, failure) -> expired.incrementAndGet());
            }
            clock.advance(Duration.ofSeconds(2));
            scheduler.submit("quiet", Job.of(() -> expiredBefore.set(expired.get())));
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(expired).hasValue(many);
        assertThat(expiredBefore.get()).isLessThanOrEqualTo(many / 10);
    }

    @Test
    void aTaskThatHasWaitedLongerIsNotStartedAndItsHandleFails() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        TaskListener<Job> listener = new TaskListener<>() {
            @Override
            public void expired(TaskEvent<Job> event) {
                heard.add(event.task().name);
            }
        };
        Job late = Job.named("late");
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).ticker(clock).listener(listener).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> channel = scheduler.openChannel("bulk");
            TaskHandle<String> handle = channel.submit(late, TaskOptions.expiresAfter(Duration.ofSeconds(2)));
            TaskHandle<String> other = channel.submit(Job.named("other"));
            clock.advance(Duration.ofSeconds(3));
            assertThat(handle.state()).isEqualTo(TaskState.WAITING);
            gate.open();

            assertThatExceptionOfType(TaskExpiredException.class)
                    .isThrownBy(handle::join)
                    .withMessageContaining("'bulk'")
                    .extracting(TaskExpiredException::waited)
                    .isEqualTo(Duration.ofSeconds(3));
            assertThat(handle.state()).isEqualTo(TaskState.EXPIRED);
            assertThat(other.join()).isEqualTo("other");
            Threads.awaitThat(() -> channel.stats().running() == 0);
            ChannelStats stats = channel.stats();
            assertThat(List.of(
                            stats.accepted(),
                            stats.started(),
                            stats.completed(),
                            stats.expired(),
                            stats.cancelled(),
                            stats.failed()))
                    .containsExactly(2L, 1L, 1L, 1L, 0L, 0L);
            assertThat(handle.cancel()).isFalse();
        }
        assertThat(late.processed).hasValue(0);
        assertThat(heard).containsExactly("late");
    }

    @Test
    void aTaskThatHasNotWaitedLongerRuns() throws Exception {
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).ticker(clock).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            TaskHandle<String> handle =
                    scheduler.submit("a", Job.named("in time"), TaskOptions.expiresAfter(Duration.ofSeconds(2)));
            clock.advance(Duration.ofSeconds(2));
            gate.open();
            assertThat(handle.join()).isEqualTo("in time");
        }
    }

    @Test
    void aTaskMayTakeLongerThanItMayWait() throws Exception {
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).ticker(clock).build()) {
            Job job = Job.of(() -> clock.advance(Duration.ofHours(1)));
            TaskHandle<String> handle = scheduler.submit("a", job, TaskOptions.expiresAfter(Duration.ofNanos(1)));
            handle.join();
            assertThat(job.committed).hasValue(1);
        }
    }

    @Test
    void aCancelThatMeetsAnExpiredTaskFirstDropsIt() throws Exception {
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).ticker(clock).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> channel = scheduler.openChannel("a");
            TaskHandle<String> first =
                    channel.submit(Job.named("first"), TaskOptions.expiresAfter(Duration.ofSeconds(1)));
            TaskHandle<String> second =
                    channel.submit(Job.named("second"), TaskOptions.expiresAfter(Duration.ofSeconds(1)));
            clock.advance(Duration.ofSeconds(5));
            assertThat(first.cancel()).isTrue();
            assertThat(channel.cancelAll().dropped()).isEqualTo(1);
            gate.open();
            assertThat(first.state()).isEqualTo(TaskState.CANCELLED);
            assertThat(second.state()).isEqualTo(TaskState.CANCELLED);
            assertThat(channel.stats().expired()).isZero();
            assertThat(channel.stats().cancelled()).isEqualTo(2);
        }
    }

    @Test
    void anExpiredTaskIsAlreadyDecidedForALaterCancel() throws Exception {
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).ticker(clock).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> channel = scheduler.openChannel("a");
            TaskHandle<String> late =
                    channel.submit(Job.named("late"), TaskOptions.expiresAfter(Duration.ofSeconds(1)));
            clock.advance(Duration.ofSeconds(5));
            gate.open();
            Threads.awaitThat(() -> late.state() == TaskState.EXPIRED);
            CancelReport report = channel.cancelAll();
            assertThat(report.dropped() + report.suppressed() + report.committing())
                    .isZero();
        }
    }

    @Test
    void expiryHoldsWithShortTasksInATurn() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler()
                .workers(1)
                .ticker(clock)
                .turn(Duration.ofMillis(1))
                .build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(100));
            for (int i = 0; i < 40; i++) {
                channel.submit(recorded("a" + i), TaskOptions.expiresAfter(Duration.ofSeconds(1)));
                channel.submit(Job.of(() -> clock.advance(Duration.ofMillis(100))));
            }
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10");
    }

    @Test
    void anUrgentTaskGoesBeforeTheOthersOfItsOwnChannelInOrderAmongTheUrgent() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.offer(recorded("a0"));
            channel.submit(recorded("u0"), TaskOptions.urgent());
            channel.submit(recorded("a1"));
            channel.submit(recorded("u1"), TaskOptions.urgent());
            channel.submit(recorded("u2"), TaskOptions.urgent().withExpiry(Duration.ofHours(1)));
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("u0", "u1", "u2", "a0", "a1");
    }

    @Test
    void anUrgentTaskNeverGoesBeforeOtherTenants() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> patient = scheduler.openChannel("patient");
            Channel<Job, String> urgent = scheduler.openChannel("urgent");
            for (int i = 0; i < 3; i++) {
                patient.offer(recorded("p" + i));
            }
            for (int i = 0; i < 3; i++) {
                urgent.submit(recorded("u" + i), TaskOptions.urgent());
            }
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("p0", "u0", "p1", "u1", "p2", "u2");
    }

    @Test
    void urgentTasksCountForTheCapacity() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(2));
            channel.submit(recorded("u0"), TaskOptions.urgent());
            channel.offer(recorded("a0"));
            assertThat(channel.size()).isEqualTo(2);
            assertThat(channel.offer(recorded("a1"))).isFalse();
            assertThatExceptionOfType(RejectedTaskException.class)
                    .isThrownBy(() -> channel.submit(recorded("u1"), TaskOptions.urgent()));
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("u0", "a0");
    }

    @Test
    void urgentTasksAreDroppedByCancelAllAndByTheirHandles() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> channel = scheduler.openChannel("a");
            TaskHandle<String> byHandle = channel.submit(recorded("u0"), TaskOptions.urgent());
            channel.submit(recorded("u1"), TaskOptions.urgent());
            channel.offer(recorded("a0"));
            assertThat(byHandle.cancel()).isTrue();
            assertThat(channel.cancelAll().dropped()).isEqualTo(2);
            channel.submit(recorded("u2"), TaskOptions.urgent());
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("u2");
    }

    @Test
    void anUrgentTaskThatHasExpiredIsNotStarted() throws Exception {
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).ticker(clock).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            TaskHandle<String> handle =
                    scheduler.submit("a", recorded("u"), TaskOptions.urgent().withExpiry(Duration.ofSeconds(1)));
            clock.advance(Duration.ofSeconds(2));
            gate.open();
            assertThatExceptionOfType(TaskExpiredException.class).isThrownBy(handle::join);
        }
        assertThat(order).isEmpty();
    }

    @Test
    void aTaskOfAllPrioritiesFromManyProducersRunsExactlyOnce() {
        Job job = Job.named("a");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            Channel<Job, String> channel = scheduler.openChannel(
                    "a", ChannelOptions.capacity(3).overload(Overload.waitUpTo(Duration.ofMinutes(1))));
            threads.startTogether(4, p -> {
                for (int i = 0; i < 1_500; i++) {
                    channel.submit(job, i % 2 == 0 ? TaskOptions.urgent() : TaskOptions.defaults());
                }
            });
            threads.join();
        }
        assertThat(job.committed).hasValue(6_000);
    }

    /** Where many wait, tasks may share a reading of the clock; a task that can expire has one of its own. */
    @Test
    void theWaitOfATaskThatExpiresBeginsWhenItIsAccepted() throws Exception {
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).ticker(clock).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.pause();
            for (int i = 0; i < 20; i++) {
                channel.offer(Job.named("many"));
            }
            List<TaskHandle<String>> handles = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clock.advance(Duration.ofMinutes(1));
                handles.add(
                        channel.submit(Job.named("a"), TaskOptions.expiresAfter(Duration.ofSeconds(1_230 - 60L * i))));
            }
            channel.resume();
            for (TaskHandle<String> handle : handles) {
                assertThat(handle.join()).isEqualTo("a");
            }
        }
    }
}
