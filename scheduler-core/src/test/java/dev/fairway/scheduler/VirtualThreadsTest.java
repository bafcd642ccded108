package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.fairway.CancelOption;
import dev.fairway.TaskHandle;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Workers that are virtual threads, where Java has them. */
class VirtualThreadsTest {
    @Test
    @EnabledForJreRange(max = JRE.JAVA_20, disabledReason = "this Java has virtual threads")
    void whereJavaHasNoneTheyAreRefusedByBuild() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Job.scheduler().virtualThreads().build())
                .withMessageContaining("21");
        assertThatIllegalStateException()
                .isThrownBy(() -> FairExecutor.builder().virtualThreads(true).build())
                .withMessageContaining("21");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "this Java has no virtual threads")
    void tasksRunInVirtualThreadsAndCanBeInterrupted() throws Exception {
        AtomicReference<Thread> thread = new AtomicReference<>();
        Gate gate = new Gate();
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().name("virtual").workers(3).virtualThreads().build()) {
            TaskHandle<String> handle = scheduler.submit("a", Job.of(() -> {
                thread.set(Thread.currentThread());
                gate.pass();
            }));
            gate.awaitArrivals(1);
            assertThat(thread.get().getThreadGroup().getName()).isEqualTo("VirtualThreads");
            assertThat(thread.get().getName()).contains("virtual");
            assertThat(handle.cancel(CancelOption.INTERRUPT_RUNNING)).isTrue();
            Threads.awaitThat(() -> scheduler.stats().running() == 0);
            for (int i = 0; i < 1_000; i++) {
                scheduler.submit("c" + i % 5, Job.named("a")).join();
            }
        }
        thread.get().join(Threads.LIMIT.toMillis());
        assertThat(thread.get().isAlive()).isFalse();
    }

    @Test
    void platformThreadsAreTheDefault() {
        AtomicReference<String> group = new AtomicReference<>();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            scheduler
                    .submit(
                            "a",
                            Job.of(() -> group.set(
                                    Thread.currentThread().getThreadGroup().getName())))
                    .join();
        }
        assertThat(group.get()).isNotNull().isNotEqualTo("VirtualThreads");
    }
}
