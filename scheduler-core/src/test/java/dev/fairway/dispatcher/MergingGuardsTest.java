package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairway.internal.Failures;
import dev.fairway.testing.Threads;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What may only be done with a lock of a merging dispatcher: an inbox's, a forwarder's, or that of the numbers. The test holds it, and
 * sees that another thread waits for it.
 */
class MergingGuardsTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final Rig frontier = new Rig(MergeOrder.FRONTIER);
    private final Rig consecutive = new Rig(MergeOrder.CONSECUTIVE);

    @AfterEach
    void close() {
        frontier.close();
        consecutive.close();
    }

    /** A dispatcher with one receiver, and one forwarder for it. */
    private static final class Rig {
        final DefaultMergingDispatcher<String> dispatcher;
        final DefaultReceiver<String> receiver;
        final MergingInbox<String> inbox;
        final DefaultForwarder<String> forwarder;

        Rig(MergeOrder order) {
            dispatcher = (DefaultMergingDispatcher<String>) ClockedDispatcher.<String>builder()
                    .inboxCapacity(1)
                    .reorderCapacity(1)
                    .merging(order);
            receiver = dispatcher.claim("r");
            inbox = dispatcher.inboxOf(receiver);
            forwarder = (DefaultForwarder<String>) dispatcher.forwarder("f", "r");
        }

        void close() {
            receiver.close();
            dispatcher.close();
        }
    }

    /** Something that is done to a merging dispatcher. */
    private interface Step {
        void take(Rig rig) throws Exception;
    }

    private static Named<Step> step(String name, Step step) {
        return Named.of(name, step);
    }

    // ---- an inbox's

    static List<Named<Step>> stepsAtAnInbox() {
        return List.of(
                step("forward", rig -> rig.forwarder.forward("x", 1)),
                step("close a source", rig -> rig.forwarder.close()),
                step("open a source", rig -> rig.dispatcher.forwarder("g", "r")),
                step("end", rig -> rig.dispatcher.end(rig.receiver)),
                step("make room", rig -> rig.inbox.updateAlone()),
                step("drop the rest", rig -> rig.inbox.removeAll()),
                step("count who waits", rig -> rig.inbox.blockedSenders()),
                step("count what waits", rig -> rig.inbox.reordering()),
                step("count what came", rig -> rig.inbox.accepted()));
    }

    static List<Named<Step>> stepsAtAnInboxInFrontier() {
        return List.of(
                step("promise", rig -> rig.forwarder.advance(1)),
                step("join", rig -> rig.inbox.joining()),
                step("ask for the frontier", rig -> ((FrontierInbox<String>) rig.inbox).frontier()));
    }

    static List<Named<Step>> stepsAtAnInboxInConsecutive() {
        return List.of(
                step("read", rig -> rig.inbox.promised()),
                step("fall asleep", rig -> rig.inbox.fellAsleep(0)),
                step("leave", rig -> rig.inbox.left()),
                step("visit", rig -> {
                    Wakes<String> wakes = new Wakes<>();
                    wakes.addDue((ConsecutiveInbox<String>) rig.inbox);
                    wakes.run(rig.dispatcher.helpers, null);
                }));
    }

    @ParameterizedTest
    @MethodSource({"stepsAtAnInbox", "stepsAtAnInboxInFrontier"})
    void theInboxsLockComesBeforeWhatConcernsTheReceiver(Step step) throws Exception {
        Held.assertWaits(threads, frontier.inbox.lock, () -> step.take(frontier), frontier.inbox::promiseOfNext);
    }

    @ParameterizedTest
    @MethodSource({"stepsAtAnInbox", "stepsAtAnInboxInConsecutive"})
    void theInboxsLockComesBeforeWhatConcernsTheReceiverInConsecutive(Step step) throws Exception {
        Held.assertWaits(threads, consecutive.inbox.lock, () -> step.take(consecutive));
    }

    @Test
    void theLastOfThoseWhoJoinLetsGoOnlyWithTheLock() throws Exception {
        frontier.inbox.joining();
        frontier.forwarder.advance(5);
        Held.assertWaits(threads, frontier.inbox.lock, frontier.inbox::joined, frontier.inbox::promiseOfNext);
        assertThat(frontier.inbox.promiseOfNext()).isEqualTo(5);
    }

    /** Those who have joined it already may forward. */
    @Test
    void whoForwardsToAllJoinsAnInboxOnlyWithItsLock() throws Exception {
        Rig other = new Rig(MergeOrder.FRONTIER);
        DefaultForwarder<String> toAll = (DefaultForwarder<String>) frontier.dispatcher.broadcaster("b");
        Held.assertWaits(threads, other.inbox.lock, () -> toAll.join(other.inbox), other.inbox::promiseOfNext);
        toAll.close();
        other.close();
    }

    /** Who looks at the clock meanwhile finds how far it has come there, or where that is kept. */
    @Test
    void aReceiverThatLeavesIsThereUntilItIsKeptHowFarItHasCome() {
        frontier.forwarder.advance(5);
        AtomicLong clock = new AtomicLong();
        frontier.inbox.lock.lock();
        try {
            Thread leaves = threads.start(() -> frontier.dispatcher.gone(frontier.inbox));
            assertThat(Threads.isHeldUp(frontier.inbox.lock, leaves, () -> false))
                    .isTrue();
            Thread looks = threads.start(() -> clock.set(frontier.dispatcher.clock()));
            Threads.awaitAt(frontier.inbox.lock, looks, () -> false);
        } finally {
            frontier.inbox.lock.unlock();
        }
        threads.join();
        assertThat(clock).hasValue(5);
    }

    @Test
    void ofTwoReceiversThatLeaveTogetherItIsKeptHowFarTheFurtherOneHasCome() {
        MergingInbox<String> behind = frontier.dispatcher.inboxOf(frontier.dispatcher.claim("behind"));
        frontier.forwarder.advance(5);
        behind.lock.lock();
        try {
            Thread leaves = threads.start(() -> frontier.dispatcher.gone(behind));
            assertThat(Threads.isHeldUp(behind.lock, leaves, () -> false)).isTrue();
            frontier.dispatcher.gone(frontier.inbox);
        } finally {
            behind.lock.unlock();
        }
        threads.join();
        assertThat(frontier.dispatcher.clock()).isEqualTo(5);
    }

    // ---- a forwarder's

    static List<Named<Step>> stepsAtAForwarder() {
        return List.of(
                step("forward", rig -> rig.forwarder.forward("x", 1)),
                step("promise", rig -> rig.forwarder.advance(1)),
                step("close", rig -> rig.forwarder.close()),
                step("a receiver has left", rig -> rig.forwarder.targetLeft()),
                step("another receiver comes", rig -> rig.forwarder.join(new Rig(MergeOrder.FRONTIER).inbox)),
                step("ask for its promise", rig -> rig.forwarder.promise()),
                step("ask for figures", rig -> rig.forwarder.stats()));
    }

    @ParameterizedTest
    @MethodSource("stepsAtAForwarder")
    void theForwardersLockComesBeforeWhatItDoes(Step step) throws Exception {
        frontier.dispatcher.forwarder("ahead", "r").advance(5);
        Held.assertWaits(
                threads,
                frontier.forwarder.lock,
                () -> step.take(frontier),
                () -> List.of(frontier.inbox.accepted(), frontier.inbox.promiseOfNext()));
    }

    /** In the end it has withdrawn: both locks are needed for that. */
    @Test
    void whoIsInterruptedWithdrawsOnlyWithTheLocks() throws Exception {
        for (Rig rig : List.of(frontier, consecutive)) {
            rig.forwarder.forward("1", 1);
            rig.forwarder.forward("2", 2);
            Thread waiting = threads.start(() -> assertThatExceptionOfType(InterruptedException.class)
                    .isThrownBy(() -> rig.forwarder.forward("3", 3)));
            Threads.awaitThat(() -> rig.inbox.blockedSenders() == 1);
            Threads.awaitBlocked(waiting);
            rig.forwarder.lock.lock();
            try {
                waiting.interrupt();
                Threads.awaitThat(() -> Held.isAt(rig.forwarder.lock, waiting) || !waiting.isAlive());
                assertThat(rig.inbox.blockedSenders()).isEqualTo(1);
                rig.inbox.lock.lock();
            } finally {
                rig.forwarder.lock.unlock();
            }
            try {
                Threads.awaitThat(() -> Held.isAt(rig.inbox.lock, waiting) || !waiting.isAlive());
                assertThat(waiting.isAlive()).isTrue();
            } finally {
                rig.inbox.lock.unlock();
            }
            threads.join();
            assertThat(rig.inbox.blockedSenders()).isZero();
        }
    }

    // ---- that of the numbers

    /** Something that is done to numbers with one source. */
    private interface NumbersStep {
        void take(SharedNumbers<String> numbers, Numbers.Source source, ConsecutiveInbox.Watch<String> watch);
    }

    private static Named<NumbersStep> numbersStep(String name, NumbersStep step) {
        return Named.of(name, step);
    }

    static List<Named<NumbersStep>> stepsAtTheNumbers() {
        return List.of(
                numbersStep("open", (numbers, source, watch) -> numbers.open(new Numbers.Source())),
                numbersStep("see", (numbers, source, watch) -> numbers.see(source, 1, new Wakes<>())),
                numbersStep("promise", (numbers, source, watch) -> numbers.promise(source, 1, new Wakes<>())),
                numbersStep("close", (numbers, source, watch) -> numbers.close(source, new Wakes<>())),
                numbersStep("watch", (numbers, source, watch) -> numbers.watch(watch, 1)),
                numbersStep("unwatch", (numbers, source, watch) -> numbers.unwatch(watch)));
    }

    @ParameterizedTest
    @MethodSource("stepsAtTheNumbers")
    void theNumbersChangeOnlyWithTheirLock(NumbersStep step) throws Exception {
        Helpers helpers = new Helpers("merging-guards-test", new Failures("dev.fairway.dispatcher"));
        SharedNumbers<String> numbers = new SharedNumbers<>(0, helpers);
        Numbers.Source source = new Numbers.Source();
        numbers.open(source);
        ConsecutiveInbox.Watch<String> watch =
                new ConsecutiveInbox.Watch<>((ConsecutiveInbox<String>) consecutive.inbox);
        Held.assertWaits(
                threads,
                numbers.lock,
                () -> step.take(numbers, source, watch),
                () -> List.of(numbers.done(), watch.isLinked()));
    }

    /** Who has brought it did not see the watch. */
    @Test
    void whatIsDoneIsNotWatchedFor() {
        SharedNumbers<String> numbers =
                new SharedNumbers<>(0, new Helpers("merging-guards-test", new Failures("dev.fairway.dispatcher")));
        Numbers.Source source = new Numbers.Source();
        numbers.open(source);
        numbers.see(source, 1, new Wakes<>());
        ConsecutiveInbox.Watch<String> watch =
                new ConsecutiveInbox.Watch<>((ConsecutiveInbox<String>) consecutive.inbox);
        assertThat(numbers.watch(watch, 1)).as("it is still ahead").isFalse();
        assertThat(watch.isLinked()).isFalse();
        assertThat(numbers.watch(watch, 2)).as("it is still ahead").isTrue();
        assertThat(watch.isLinked()).isTrue();
    }
}
