package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who is given tasks ahead of the threads, and how tiny tasks stay with workers that are up; without threads, in simulated time. */
class DispatchTest extends SimulatedDispatch {
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
