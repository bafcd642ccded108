package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.testing.Threads;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What who reads must do in which order, and look at again. Other threads are played: by an inbox or an executor of the test. */
class ReadingGuardsTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final DefaultSequencingDispatcher<String> dispatcher = (DefaultSequencingDispatcher<String>)
            ClockedDispatcher.<String>builder().sequencing();
    private final Deque<Runnable> runs = new ArrayDeque<>();

    @AfterEach
    void close() {
        dispatcher.close();
    }

    private void runAll() {
        for (Runnable run = runs.poll(); run != null; run = runs.poll()) {
            run.run();
        }
    }

    // ---- sleep

    /** Who appends has looked for a sleeper before it gives the lock back. */
    @Test
    void whoReadsFallsAsleepOnlyWithTheInboxsLock() throws Exception {
        Inbox<String> inbox = new PlayedInbox("played");
        Held.assertWaits(threads, inbox.lock, () -> inbox.fallAsleep(0, false), inbox::isAsleep);
        assertThat(inbox.isAsleep()).isTrue();
    }

    /** Somebody who appends may be about to do so. */
    @Test
    void aSleeperIsWokenForTheClockOnlyWithTheInboxsLock() throws Exception {
        AtomicInteger woken = new AtomicInteger();
        Inbox<String> inbox = new PlayedInbox("played");
        inbox.reader(new Reader() {
            @Override
            public void wake() {
                woken.incrementAndGet();
            }

            @Override
            public boolean callsOthers() {
                return false;
            }
        });
        assertThat(inbox.fallAsleep(0, false)).isTrue();
        Held.assertWaits(
                threads,
                inbox.lock,
                () -> inbox.wakeFromElsewhere(dispatcher.helpers),
                () -> inbox.isAsleep() && woken.get() == 0);
        assertThat(woken).hasValue(1);
    }

    /** The end comes when it has looked for one and does not sleep yet: who brings it finds nobody to wake. */
    @Test
    void whoHasNoDemandLooksForTheEndOnceMoreWhenItSleeps() {
        AtomicInteger looks = new AtomicInteger();
        Inbox<String> inbox = new PlayedInbox("played") {
            @Override
            long end() {
                return looks.getAndIncrement() == 0 ? OPEN : 0;
            }
        };
        PushReader<String> reader =
                new PushReader<>(new DefaultReceiver<>(dispatcher, inbox, 0), dispatcher.helpers, runs::add) {
                    @Override
                    boolean mayTake() {
                        return false;
                    }

                    @Override
                    boolean deliver(Delivery<String> delivery) {
                        throw new AssertionError(delivery);
                    }
                };
        reader.wake();
        runAll();
        assertThat(reader.done).isCompleted();
    }

    // ---- the role

    /** Who waits for what was read, or for room, is told: it may want to read itself. */
    @Test
    void theRoleIsFreeWhenOthersAreTold() {
        AtomicBoolean wasFree = new AtomicBoolean();
        Reading<?>[] reading = new Reading<?>[1];
        reading[0] = new Reading<>(
                new PlayedInbox("played") {
                    @Override
                    void settled() {
                        wasFree.set(reading[0].tryRead());
                    }
                },
                new Awaiters(),
                0);
        assertThat(reading[0].tryRead()).isTrue();
        reading[0].stopReading();
        assertThat(wasFree).isTrue();
    }

    // ---- runs

    /** It comes when the run has looked for the last time. */
    @Test
    void whoWakesAReaderThatRunsIsSeen() {
        DefaultReceiver<String> receiver = (DefaultReceiver<String>) dispatcher.receiver("r");
        AtomicInteger looks = new AtomicInteger();
        PushReader<String> reader = new PushReader<>(receiver, dispatcher.helpers, runs::add) {
            @Override
            boolean mayTake() {
                if (looks.getAndIncrement() == 0) {
                    wake();
                }
                return false;
            }

            @Override
            boolean deliver(Delivery<String> delivery) {
                throw new AssertionError(delivery);
            }
        };
        reader.wake();
        assertThat(runs).hasSize(1);
        runAll();
        assertThat(looks).hasValue(2);
        reader.wake();
        assertThat(runs).as("the last run is over").hasSize(1);
    }
}
