package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.TaskState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** All decisions in simulated time, without threads: as many threads as are asked for, and workers of given speeds. */
class CoordinatorSimulationTest {
    private static final long MS = 1_000_000;

    private record End(long at, Task<Work, String> task) {}

    private final Coordinator.Builder<Work, String> builder = Work.coordinator().startCost(0);
    private final DefaultCoordinator<Work, String> owner = (DefaultCoordinator<Work, String>) builder.build();
    private final Dispatch<Work, String> dispatch = new Dispatch<>(builder.settings(), owner);
    private final Map<String, Long> speeds = new HashMap<>();
    private final PriorityQueue<End> ends = new PriorityQueue<>(Comparator.comparingLong(End::at));
    private final List<Long> waits = new ArrayList<>();
    private final long start = 1_000_000 * MS;
    private long now = start;

    @AfterEach
    void close() {
        owner.close();
    }

    private void worker(String name, long nanos) {
        speeds.put(name, nanos);
        dispatch.addWorker(name, task -> name, 0, now);
    }

    private void submit() {
        Task<Work, String> task = new Task<>(owner, Work.named(), Affinity.any(), null, 0);
        task.acceptedAt = now;
        dispatch.accept(task, now);
        startAll();
    }

    private void startAll() {
        for (Task<Work, String> task = dispatch.take(Thread.currentThread(), now);
                task != null;
                task = dispatch.take(Thread.currentThread(), now)) {
            waits.add(now - task.acceptedAt);
            ends.add(new End(now + speeds.get(task.worker.name), task));
        }
    }

    /** Lets time pass up to a moment, or to the end of everything. */
    private void runUntil(long until) {
        while (true) {
            End next = ends.peek();
            long due = dispatch.untilDue(now);
            long wake = due == Long.MAX_VALUE ? Long.MAX_VALUE : now + Math.max(1, due);
            long at = Math.min(next == null ? Long.MAX_VALUE : next.at, wake);
            if (at > until || at == Long.MAX_VALUE) {
                now = until == Long.MAX_VALUE ? now : until;
                return;
            }
            now = at;
            if (next != null && next.at == at) {
                ends.poll();
                Worker<Work, String> worker = next.task.worker;
                assertThat(next.task.decide(TaskState.COMPLETED)).isTrue();
                next.task.endedAt = now;
                dispatch.book(next.task);
                dispatch.settle(worker, now);
            } else {
                dispatch.review(now);
            }
            startAll();
        }
    }

    @Test
    void oneSlowWorkerAmongFourCostsLittleMoreThanItMust() {
        for (String quick : new String[] {"a", "b", "c"}) {
            worker(quick, MS);
        }
        worker("slow", 10 * MS);
        for (int i = 0; i < 10_000; i++) {
            submit();
        }
        runUntil(Long.MAX_VALUE);
        assertThat(dispatch.waiting()).isZero();
        double ideal = 10_000 / 3.1 * MS;
        assertThat((now - start) / ideal).isLessThan(1.15);
    }

    /** With room to spare, a slow worker is hardly used, and nobody waits long. */
    @Test
    void underLightLoadTasksGoToTheQuick() {
        worker("quick", MS);
        worker("slow", 50 * MS);
        for (int i = 0; i < 2_000; i++) {
            submit();
            runUntil(now + 2 * MS);
        }
        runUntil(Long.MAX_VALUE);
        WorkerStats slow = dispatch.stats(dispatch.worker("slow"), now);
        assertThat(slow.completed()).isBetween(1L, 50L);
        assertThat(waits).allMatch(wait -> wait <= 50 * MS);
    }

    @Test
    void equalWorkersShareTheWork() {
        for (int i = 0; i < 8; i++) {
            worker("w" + i, MS);
        }
        for (int i = 0; i < 8_000; i++) {
            submit();
            runUntil(now + MS / 7);
        }
        runUntil(Long.MAX_VALUE);
        for (Worker<Work, String> worker : dispatch.everyWorker()) {
            assertThat(dispatch.stats(worker, now).completed()).isBetween(500L, 1_500L);
        }
    }

    /** A worker that is replaced while it is idle looks for its next task; one that comes meanwhile may be given to it already. */
    @Test
    void aWorkerThatIsGivenWhatWasLeftMeanwhileGetsNoSecondTask() {
        Task<Work, String> left = new Task<>(owner, Work.named(), Affinity.any(), null, 0);
        Dispatch<Work, String>[] itself = newArray();
        boolean[] armed = new boolean[1];
        Dispatch.Effects<Work, String> leaving = new Dispatch.Effects<>() {
            @Override
            public void refused(Task<Work, String> task, List<String> workers) {}

            @Override
            public void timedOut(Task<Work, String> task) {}

            @Override
            public void wake(Thread thread) {}

            @Override
            public void drain(long time) {
                if (armed[0]) {
                    armed[0] = false;
                    itself[0].acceptAll(left, time);
                }
            }

            @Override
            public void quarantined(String worker, String reason) {}

            @Override
            public void released(String worker) {}
        };
        itself[0] = new Dispatch<>(builder.settings(), leaving);
        itself[0].addWorker("a", task -> "a", 0, now);
        armed[0] = true;
        itself[0].addWorker("a", task -> "a", 0, now);
        Task<Work, String> next = new Task<>(owner, Work.named(), Affinity.any(), null, 0);
        itself[0].accept(next, now);
        assertThat(itself[0].take(Thread.currentThread(), now)).isSameAs(left);
        assertThat(itself[0].take(Thread.currentThread(), now)).isNull();
        assertThat(itself[0].waiting()).isEqualTo(1);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Dispatch<Work, String>[] newArray() {
        return new Dispatch[1];
    }
}
