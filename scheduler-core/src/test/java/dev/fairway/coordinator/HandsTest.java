package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.TaskState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a thread has in hand, and what is seen when it is called in; without threads, in simulated time. */
class HandsTest extends SimulatedDispatch {
    private @Nullable Hand<Work, String> hand;
    private Worker<Work, String> up;

    /** Starts a task of a worker that is known to take so long, with so many others waiting, and deals. */
    private Task<Work, String> startBeside(int waiting, long mean) {
        up = known("up", mean);
        acceptTogether(1 + waiting);
        return startAndDeal();
    }

    private Task<Work, String> startAndDeal() {
        Task<Work, String> started = start();
        deal(started);
        return started;
    }

    private void deal(Task<Work, String> started) {
        hand = dispatch.hands.deal(started, now);
    }

    private Task<Work, String> goOn(Task<Work, String> ended, long taken) {
        now += taken;
        assertThat(ended.decide(TaskState.COMPLETED)).isTrue();
        return hand.next();
    }

    private void endHand(Task<Work, String> last, TaskState outcome, long taken) {
        last.endedAt = now + taken;
        dispatch.hands.end(hand, last);
        end(last, outcome, taken);
    }

    private List<Long> waitingNumbers() {
        List<Long> numbers = new ArrayList<>();
        for (Task<Work, String> task = dispatch.common.first(); task != null; task = task.next) {
            numbers.add(task.number);
        }
        return numbers;
    }

    @Test
    void aHandIsFullWhereManyTinyTasksWait() {
        startBeside(100, TINY);
        assertThat(hand.size).isEqualTo(16);
        assertThat(dispatch.common.size()).isEqualTo(100 - 16);
    }

    /** Half of 10 microseconds. */
    @Test
    void aHandTakesHalfAsLongAsItTakesToGetAThread() {
        startBeside(100, 500);
        assertThat(hand.size).isEqualTo(10);
    }

    @Test
    void tasksThatAreNotTinyAreNotDealt() {
        startBeside(100, 700);
        assertThat(hand).isNull();
    }

    @Test
    void aHandIsNoMoreThanTheWorkersShare() {
        up = known("up", TINY);
        known("other", TINY);
        dispatch.accept(task(Affinity.require("other")), now);
        start();
        dispatch.accept(task(Affinity.require("up")), now);
        Task<Work, String> first = start();
        acceptTogether(12);
        deal(first);
        assertThat(hand.size).isEqualTo(6);
    }

    @Test
    void aWorkerWithAQueueOfItsOwnHasNoHand() {
        up = known("up", TINY);
        acceptTogether(1);
        dispatch.accept(task(Affinity.require("up")), now);
        acceptTogether(100);
        startAndDeal();
        assertThat(hand).isNull();
    }

    @Test
    void whatIdleWorkersMayHaveIsNotDealt() {
        up = known("up", TINY);
        known("idle", TINY);
        acceptTogether(100);
        Task<Work, String> started = start();
        now += 3 * MS;
        deal(started);
        assertThat(hand).as("they have waited for three milliseconds").isNull();
    }

    @Test
    void whatHasATimeoutIsNotDealtAndNothingBehindItIs() {
        up = known("up", TINY);
        acceptTogether(3);
        dispatch.accept(task(Affinity.any(), MS), now);
        acceptTogether(10);
        startAndDeal();
        assertThat(hand.size).isEqualTo(2);
    }

    @Test
    void whereTheOldestHasATimeoutNothingIsDealt() {
        up = known("up", TINY);
        acceptTogether(1);
        dispatch.accept(task(Affinity.any(), MS), now);
        acceptTogether(10);
        startAndDeal();
        assertThat(hand).isNull();
        assertThat(dispatch.hands.areOut()).isFalse();
        assertThat(dispatch.common.size()).isEqualTo(11);
    }

    @Test
    void aWorkerPutAsideHasNoHand() {
        up = known("up", TINY);
        acceptTogether(100);
        Task<Work, String> started = start();
        dispatch.putAside(up, now);
        deal(started);
        assertThat(hand).isNull();
    }

    @Test
    void whatIsInHandWaits() {
        startBeside(20, TINY);
        long accepted = dispatch.accepted();
        assertThat(dispatch.waiting()).isEqualTo(20);
        assertThat(dispatch.running()).isEqualTo(1);
        dispatch.hands.callIn(now);
        assertThat(dispatch.waiting()).isEqualTo(20);
        assertThat(dispatch.accepted()).isEqualTo(accepted);
        assertThat(waitingNumbers()).hasSize(20).isSorted();
        assertThat(dispatch.common.first().function)
                .as("that of the worker that had it")
                .isNull();
        assertThat(hand.hasNext()).as("keeps no task").isFalse();
        assertThat(hand.next()).isNull();
        assertThat(hand.size).isZero();
    }

    @Test
    void calledInWhatWasClaimedLastRunsAndTheRestWaitsInItsOrder() {
        Task<Work, String> first = startBeside(20, TINY);
        Task<Work, String> second = goOn(first, TINY);
        Task<Work, String> third = goOn(second, TINY);
        assertThat(third.state()).isEqualTo(TaskState.PROCESSING);

        dispatch.hands.callIn(now);

        assertThat(up.top).isSameAs(third);
        assertThat(third.worker).isSameAs(up);
        assertThat(third.startedAt).isEqualTo(now);
        assertThat(dispatch.waiting()).isEqualTo(18);
        assertThat(waitingNumbers()).hasSize(18).isSorted().first().isEqualTo(third.number + 1);
        assertThat(dispatch.running()).isEqualTo(1);
        assertThat(dispatch.stats(0, 1).completed()).isEqualTo(3);
        assertThat(dispatch.stats(up, now).completed()).isEqualTo(3);
        assertThat(dispatch.common.first().worker).isNull();
        assertThat(hand.next()).isNull();

        dispatch.hands.end(hand, third);
        end(third, TINY);
        assertThat(dispatch.stats(up, now).completed()).isEqualTo(4);
        assertThat(start().number).isEqualTo(third.number + 1);
    }

    /** What was claimed last may have hung from the beginning; what ended before it took as long as usual, for all that is known. */
    @Test
    void calledInWhatHangsHasTheTimeThatTheOthersDidNotTake() {
        Task<Work, String> first = startBeside(20, TINY);
        long started = now;
        Task<Work, String> second = goOn(first, TINY);
        now += 100 * MS;
        dispatch.hands.callIn(now);
        assertThat(second.startedAt).isEqualTo(started + TINY);
        assertThat(up.pace.nanos()).isEqualTo(TINY);
    }

    @Test
    void atTheEndOfAHandEachHasTakenTheMean() {
        Task<Work, String> first = startBeside(2, TINY);
        Task<Work, String> second = goOn(first, 4 * TINY);
        Task<Work, String> third = goOn(second, 5 * TINY);
        assertThat(hand.hasNext()).isFalse();
        endHand(third, TaskState.COMPLETED, 3 * TINY);
        assertThat(up.pace.nanos()).as("half of the way to 400, three times").isEqualTo(363);
        assertThat(dispatch.stats(up, now).completed()).isEqualTo(4);
        assertThat(dispatch.waiting()).isZero();
        assertThat(dispatch.running()).isZero();
        assertThat(dispatch.hands.areOut()).isFalse();
    }

    @Test
    void whatEndsInHandIsASuccess() {
        up = known("up", TINY);
        dispatch.accept(task(Affinity.any()), now);
        end(start(), TaskState.FAILED, TINY);
        acceptTogether(21);
        Task<Work, String> first = startAndDeal();
        Task<Work, String> second = goOn(first, TINY);
        endHand(second, TaskState.FAILED, TINY);
        assertThat(up.health.isEjected()).as("no two failures in a row").isFalse();
        assertThat(dispatch.stats(up, now).failed()).isEqualTo(2);
    }

    @Test
    void whoHasEndedInTimeIsForgotten() {
        up = known("up", TINY);
        dispatch.accept(task(Affinity.require("up"), MS), now);
        Task<Work, String> first = start();
        acceptTogether(2);
        deal(first);
        Task<Work, String> second = goOn(first, TINY);
        Task<Work, String> third = goOn(second, TINY);
        endHand(third, TaskState.COMPLETED, TINY);
        assertThat(dispatch.neverDue()).isTrue();
    }

    @Test
    void whileAHandIsOutTheNextLookIsAMillisecondAway() {
        Task<Work, String> first = startBeside(0, TINY);
        assertThat(dispatch.neverDue()).isTrue();
        acceptTogether(2);
        deal(first);
        assertThat(dispatch.common.isEmpty()).isTrue();
        assertThat(dispatch.hands.areOut()).isTrue();
        assertThat(dispatch.neverDue()).isFalse();
        assertThat(dispatch.untilDue(now)).isEqualTo(MS);
    }
}
