package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.TaskState;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is given tasks ahead of the threads, and how tiny tasks stay with workers that are up; without threads, in simulated time. */
class DispatchTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long TINY = 100;

    private final Coordinator.Builder<Work, String> builder = Work.coordinator();
    private final DefaultCoordinator<Work, String> owner = (DefaultCoordinator<Work, String>) builder.build();
    private final Dispatch<Work, String> dispatch = new Dispatch<>(builder.settings(), owner);
    private long now = 1_000 * MS;

    @AfterEach
    void close() {
        owner.close();
    }

    private Worker<Work, String> worker(String name) {
        dispatch.addWorker(name, task -> name, 0, now);
        return dispatch.worker(name);
    }

    private Task<Work, String> task(Affinity affinity) {
        Task<Work, String> task = new Task<>(owner, Work.named(), affinity, null, 0);
        task.acceptedAt = now;
        return task;
    }

    /** Comes in by the inbox. */
    private void acceptTogether(int count) {
        Task<Work, String> oldest = null;
        for (int i = 0; i < count; i++) {
            Task<Work, String> task = task(Affinity.any());
            task.next = oldest;
            oldest = task;
        }
        dispatch.acceptAll(oldest, now);
    }

    private @Nullable Task<Work, String> start() {
        return dispatch.take(Thread.currentThread(), now);
    }

    private void end(Task<Work, String> task, long taken) {
        now += taken;
        assertThat(task.decide(TaskState.COMPLETED)).isTrue();
        task.endedAt = now;
        dispatch.book(task);
        dispatch.settle(task.worker, now);
    }

    /** A worker that is known to take so long, and is idle. */
    private Worker<Work, String> known(String name, long nanos) {
        Worker<Work, String> worker = worker(name);
        dispatch.accept(task(Affinity.require(name)), now);
        end(start(), nanos);
        return worker;
    }

    private long given() {
        return dispatch.everyWorker().stream()
                .filter(worker -> worker.given != null)
                .count();
    }

    @Test
    void ofManyIdleWorkersFewAreGivenTasksAheadOfTheThreadsAndAllAreWithThem() {
        for (int i = 0; i < 100; i++) {
            worker("w" + i);
        }
        acceptTogether(50);
        assertThat(given()).isBetween(1L, 2L);

        int started = 0;
        while (start() != null) {
            started++;
        }
        assertThat(started).isEqualTo(50);
        assertThat(dispatch.waiting()).isZero();
    }

    @Test
    void whatIsOverdueIsGivenToFewAheadOfTheThreads() {
        for (int i = 0; i < 100; i++) {
            known("w" + i, 10 * MS);
        }
        for (int i = 0; i < 100; i++) {
            dispatch.putAside(dispatch.worker("w" + i), now);
        }
        acceptTogether(50); // nobody is there for them
        for (int i = 0; i < 100; i++) {
            now += MS;
            dispatch.release(dispatch.worker("w" + i), now);
        }
        assertThat(given()).isBetween(1L, 2L);
        int started = 0;
        while (start() != null) {
            started++;
        }
        assertThat(started).isEqualTo(50);
    }

    /** While one worker ends tiny task after tiny task, another thread would only be in its way. */
    @Test
    void tinyTasksStayWithTheWorkerThatIsUp() {
        known("up", TINY);
        known("idle", TINY);
        acceptTogether(500);
        Task<Work, String> running = start();
        String up = running.worker.name;
        for (int i = 0; i < 400; i++) {
            assertThat(start()).as("a second task at the same time, after " + i).isNull();
            end(running, TINY);
            running = start();
            assertThat(running.worker.name).isEqualTo(up);
        }
    }

    @Test
    void tinyTasksGoElsewhereWhenTheWorkerThatWasUpTakesLong() {
        known("up", TINY);
        known("idle", TINY);
        acceptTogether(500);
        Task<Work, String> running = start();
        now += MS / 2;
        dispatch.review(now);
        assertThat(start()).as("elsewhere after half a millisecond").isNull();
        now += MS;
        dispatch.review(now);
        Task<Work, String> elsewhere = start();
        assertThat(elsewhere).isNotNull();
        assertThat(elsewhere.worker).isNotSameAs(running.worker);
    }

    @Test
    void tinyTasksGoElsewhereWhenTheyHaveWaitedForMilliseconds() {
        known("up", TINY);
        known("idle", TINY);
        acceptTogether(1_000_000);
        Task<Work, String> running = start();
        long from = now;
        while (start() == null) {
            end(running, TINY);
            running = start();
            assertThat(now - from).isLessThan(3 * MS);
        }
        assertThat(now - from).isGreaterThan(MS);
    }

    /** The watch has nothing to do meanwhile but to look now and then. */
    @Test
    void whileTinyTasksStayTheNextLookIsAMillisecondAway() {
        known("up", TINY);
        known("idle", TINY);
        acceptTogether(500);
        start();
        assertThat(dispatch.maySubmittersGo(now)).isTrue();
        assertThat(dispatch.untilDue(now)).isEqualTo(MS);
        now += MS / 2;
        assertThat(dispatch.maySubmittersGo(now)).isFalse();
        assertThat(dispatch.untilDue(now)).isEqualTo(MS);
    }

    /** To be looked after costs the submitter a wake-up now and then: where nobody is idle, the end of a task is early enough. */
    @Test
    void aStreamBesideWhichNobodyIsIdleIsNotLookedAfter() {
        known("up", TINY);
        dispatch.accept(task(Affinity.any()), now);
        start();
        assertThat(dispatch.maySubmittersGo(now)).isTrue();
        assertThat(dispatch.isStreaming()).isTrue();
        assertThat(dispatch.neverDue()).isTrue();
    }

    /** Where there is no more room, an idle worker takes the oldest, whoever may be the better place for it. */
    @Test
    void theOldestIsGivenToWhoeverIsIdleWhenRoomIsWanted() {
        known("up", TINY);
        known("idle", TINY);
        acceptTogether(2);
        Task<Work, String> running = start();
        assertThat(dispatch.giveOldest(now)).isTrue();
        assertThat(start().worker).isNotSameAs(running.worker);
        assertThat(dispatch.giveOldest(now)).isFalse();
    }
}
