package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.internal.Failures;
import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who tells readers that sleep of the clock. The watch looks by itself every few seconds, which would hide that nobody has woken it: so
 * these tests let it begin a wait of an hour.
 */
class SleepersTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final FakeClock time = new FakeClock();
    private final AtomicLong looksAtTime = new AtomicLong();
    private final AtomicLong clock = new AtomicLong();
    private final Helpers helpers = new Helpers("sleepers-test", new Failures("dev.fairway.dispatcher"));
    private final Sleepers sleepers = new Sleepers(this::clock, helpers, () -> {
        looksAtTime.incrementAndGet();
        return time.getAsLong();
    });
    private final SequencingDispatcher<Object> dispatcher =
            ClockedDispatcher.builder().sequencing();

    private final List<Sleeper> all = new CopyOnWriteArrayList<>();

    /** Whether the watch wanted to be woken when it last looked at the clock. */
    private volatile boolean wasArmed;

    /** What others do before the watch parks, once: between its flag and its last look at the clock. */
    private final AtomicReference<@Nullable Runnable> beforeItParks = new AtomicReference<>();

    private long clock() {
        if (helpers.isInside()) {
            wasArmed = sleepers.isArmed();
            Runnable others = wasArmed ? beforeItParks.getAndSet(null) : null;
            if (others != null) {
                others.run();
            }
        }
        return clock.get();
    }

    @BeforeEach
    void nobodyIsThere() {
        assertThat(Threads.named("sleepers-test")).isEmpty();
    }

    @AfterEach
    void close() {
        time.advance(Duration.ofDays(1)); // no pause lasts any longer
        all.forEach(sleeper -> sleepers.remove(sleeper.place));
        sleepers.close();
        helpers.close();
        Threads.awaitThat(() -> Threads.named("sleepers-test").isEmpty());
        dispatcher.close();
    }

    /** A reader that sleeps when told so, and counts how often it is woken. */
    private final class Sleeper implements Reader {
        final AtomicInteger woken = new AtomicInteger();
        final Sleepers.Place place;
        private final Inbox<Object> inbox;

        Sleeper(String name) {
            inbox = ((DefaultReceiver<Object>) dispatcher.receiver(name)).inbox;
            inbox.reader(this);
            place = new Sleepers.Place(inbox);
            all.add(this);
        }

        void sleep(long seen) {
            assertThat(inbox.fallAsleep(seen, false)).isTrue();
            sleepers.add(place, seen);
        }

        void awaitWoken() {
            Threads.awaitThat(() -> woken.get() > 0);
            assertThat(woken).hasValue(1);
        }

        @Override
        public void wake() {
            woken.incrementAndGet();
        }

        @Override
        public boolean callsOthers() {
            return false;
        }
    }

    /** The watch knows the clock, nobody sleeps, and it waits for an hour if nobody wakes it. */
    private Thread letTheWatchWait() {
        Sleeper first = new Sleeper("first");
        first.sleep(clock.get());
        Threads.awaitThat(sleepers::isArmed);
        sleepers.remove(first.place);
        time.advance(Duration.ofHours(-1));
        long before = looksAtTime.get();
        Thread watch = Threads.named("sleepers-test").get(0);
        LockSupport.unpark(watch);
        Threads.awaitThat(() -> looksAtTime.get() > before && LockSupport.getBlocker(watch) == sleepers);
        assertThat(sleepers.isArmed()).as("nobody is there to be told").isFalse();
        return watch;
    }

    /** As it is after a wave that has woken somebody; in the pause, which lasts until somebody moves the time. */
    private void letTheWatchPause() {
        letTheWatchWait();
        Sleeper woken = new Sleeper("woken");
        woken.sleep(clock.getAndIncrement());
        sleepers.signal();
        woken.awaitWoken();
    }

    // ---- nothing is missed

    @Test
    void whoFallsAsleepIsToldWhenTheClockMoves() {
        letTheWatchWait();
        Sleeper sleeper = new Sleeper("r");
        sleeper.sleep(0);
        assertThat(sleepers.isArmed())
                .as("who moves the clock is asked to say so")
                .isTrue();
        clock.set(1);
        sleepers.signal();
        sleeper.awaitWoken();
    }

    @Test
    void whoFallsAsleepIsToldOfABroadcast() {
        letTheWatchWait();
        Sleeper sleeper = new Sleeper("r");
        sleeper.sleep(0);
        clock.set(1);
        sleepers.signalMessage();
        sleeper.awaitWoken();
    }

    /** Nobody was asked to tell of it: nobody slept. */
    @Test
    void whoFallsAsleepIsToldWhenTheClockHasMovedJustBefore() {
        letTheWatchWait();
        clock.set(1);
        Sleeper sleeper = new Sleeper("r");
        sleeper.sleep(0);
        sleeper.awaitWoken();
    }

    /** The watch itself sees no difference. */
    @Test
    void whoFallsAsleepIsToldWhenAWaveHasPassedJustBefore() {
        clock.set(1);
        letTheWatchWait();
        Sleeper sleeper = new Sleeper("r");
        sleeper.sleep(0);
        sleeper.awaitWoken();
    }

    /** A sender woke somebody with its message, and left the others to that one. */
    @Test
    void whoWasWokenForAMessageLetsTheOthersBeTold() {
        letTheWatchWait();
        Sleeper sleeper = new Sleeper("r");
        sleeper.sleep(0);
        clock.set(1);
        sleepers.help();
        sleeper.awaitWoken();
    }

    /** A sender that comes after that look sees the flag. */
    @Test
    void theWatchLooksAtTheClockOnceMoreAfterItHasRaisedItsFlag() {
        new Sleeper("r").sleep(0);
        Threads.awaitThat(() -> wasArmed
                && Threads.named("sleepers-test").stream()
                        .anyMatch(watch -> LockSupport.getBlocker(watch) == sleepers));
    }

    /** All that come before the watch is there would else wake it, too. */
    @Test
    void oneOfThoseWhoMoveTheClockWakesTheWatch() {
        AtomicReference<Boolean> armed = new AtomicReference<>();
        beforeItParks.set(() -> {
            sleepers.signal();
            armed.set(sleepers.isArmed());
        });
        new Sleeper("r").sleep(0);
        Threads.awaitThat(() -> armed.get() != null);
        assertThat(armed).hasValue(false);
    }

    @Test
    void whatHappensInThePauseIsToldAfterIt() {
        letTheWatchPause();
        Sleeper sleeper = new Sleeper("r");
        sleeper.sleep(clock.getAndIncrement());
        assertThat(sleepers.isArmed())
                .as("whoever moves the clock does nothing")
                .isFalse();
        time.advance(Duration.ofSeconds(1));
        sleeper.awaitWoken();
    }

    @Test
    void aBroadcastDoesNotWaitForTheEndOfThePause() {
        letTheWatchPause();
        Sleeper sleeper = new Sleeper("r");
        sleeper.sleep(clock.getAndIncrement());
        sleepers.signalMessage();
        sleeper.awaitWoken();
    }

    // ---- who is there

    @Test
    void whenTheLastHasWokenNobodyIsAskedAnyMore() {
        letTheWatchWait();
        Sleeper sleeper = new Sleeper("r");
        sleeper.sleep(0);
        sleepers.remove(sleeper.place);
        assertThat(sleepers.isArmed()).isFalse();
    }

    @RepeatedTest(10)
    void thoseWhoComeTogetherStartOneWatch() {
        for (String name : List.of("a", "b", "c")) {
            new Sleeper(name).sleep(0);
        }
        Threads.awaitThat(sleepers::isArmed);
        assertThat(Threads.named("sleepers-test")).hasSize(1);
    }

    @Test
    void aWatchThatHasLeftIsReplaced() {
        Thread watch = letTheWatchWait();
        time.advance(Duration.ofDays(1)); // nobody has slept for long
        LockSupport.unpark(watch);
        Threads.awaitThat(() -> LockSupport.getBlocker(watch) == helpers);
        Sleeper sleeper = new Sleeper("r");
        sleeper.sleep(0);
        Threads.awaitThat(sleepers::isArmed);
    }

    @Test
    void onceClosedTheWatchLeavesWithTheLastSleeper() {
        letTheWatchWait();
        Sleeper sleeper = new Sleeper("r");
        sleeper.sleep(0);
        helpers.close(); // else its thread would stay for other work
        sleepers.close();
        sleepers.remove(sleeper.place);
        Threads.awaitThat(() -> Threads.named("sleepers-test").isEmpty());
    }

    /** The watch has been told of the close already, and has parked again. */
    @Test
    void onceClosedTheLastSleeperWakesTheWatch() {
        Sleeper sleeper = new Sleeper("r");
        CountDownLatch woken = new CountDownLatch(1);
        beforeItParks.set(() -> {
            sleepers.close();
            LockSupport.park(this);
            sleepers.remove(sleeper.place);
            LockSupport.parkNanos(this, 2 * Threads.LIMIT.toNanos());
            woken.countDown();
        });
        sleeper.sleep(0);
        Threads.awaitThat(() -> woken.getCount() == 0);
    }

    /** The watch keeps its thread for some seconds after the last one has woken, and for as long as somebody sleeps. */
    @Test
    void theWatchParksHoweverLongNothingHappens() {
        Sleeper sleeper = new Sleeper("r");
        sleeper.sleep(0);
        Threads.awaitThat(sleepers::isArmed);
        Thread watch = Threads.named("sleepers-test").get(0);
        Threads.awaitBlocked(watch);
        time.advance(Duration.ofMinutes(1));
        long before = looksAtTime.get();
        LockSupport.unpark(watch); // as if it had been there that long
        Threads.awaitThat(() -> looksAtTime.get() > before);
        for (int i = 0; i < 2_000; i++) {
            LockSupport.parkNanos(1); // as often as it would if it did not wait
        }
        assertThat(looksAtTime.get() - before).isLessThan(100);
    }

    // ---- the lock

    /** Something that is done with one that sleeps. */
    private interface Step {
        void take(Sleepers sleepers, Sleepers.Place place);
    }

    static List<Named<Step>> steps() {
        return List.of(
                Named.of("fall asleep", (sleepers, place) -> sleepers.add(place, 0)),
                Named.of("wake", Sleepers::remove),
                Named.of("close", (sleepers, place) -> sleepers.close()),
                Named.of("move the clock", (sleepers, place) -> sleepers.signal()),
                Named.of("broadcast", (sleepers, place) -> sleepers.signalMessage()),
                Named.of("help", (sleepers, place) -> sleepers.help()));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void theListChangesOnlyWithTheLock(Step step) throws Exception {
        letTheWatchWait();
        Sleeper sleeper = new Sleeper("r");
        sleeper.sleep(0);
        Held.assertWaits(threads, sleepers.lock, () -> step.take(sleepers, sleeper.place), sleepers::isArmed);
    }

    @Test
    void theWatchGoesOnOnlyWithTheLock() {
        Thread watch = letTheWatchWait();
        sleepers.lock.lock();
        try {
            long before = looksAtTime.get();
            LockSupport.unpark(watch);
            Threads.awaitThat(() -> Held.isAt(sleepers.lock, watch) || looksAtTime.get() > before);
            assertThat(looksAtTime).as("with the lock held by another").hasValue(before);
        } finally {
            sleepers.lock.unlock();
        }
    }

    @Test
    void aWatchThatComesBeginsOnlyWithTheLock() {
        helpers.lock.lock();
        Thread sleeper = threads.start(() -> new Sleeper("r").sleep(0));
        Threads.awaitThat(() -> Held.isAt(helpers.lock, sleeper)); // it has asked for a watch
        sleepers.lock.lock();
        helpers.lock.unlock();
        try {
            Threads.awaitThat(() -> looksAtTime.get() > 0
                    || Threads.named("sleepers-test").stream().anyMatch(watch -> Held.isAt(sleepers.lock, watch)));
            assertThat(looksAtTime).as("with the lock held by another").hasValue(0);
        } finally {
            sleepers.lock.unlock();
        }
        threads.join();
    }
}
