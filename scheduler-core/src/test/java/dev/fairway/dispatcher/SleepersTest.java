package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.internal.Failures;
import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who tells readers that sleep of the clock. */
class SleepersTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final FakeClock time = new FakeClock();
    private final AtomicLong looksAtTime = new AtomicLong();
    private final AtomicLong clock = new AtomicLong();
    private final Helpers helpers = new Helpers("sleepers-test", new Failures("dev.fairway.dispatcher"));
    private final Sleepers sleepers = new Sleepers(clock::get, helpers, () -> {
        looksAtTime.incrementAndGet();
        return time.getAsLong();
    });

    @BeforeEach
    void nobodyIsThere() {
        assertThat(Threads.named("sleepers-test")).isEmpty();
    }

    @AfterEach
    void close() {
        sleepers.close();
        helpers.close();
        Threads.awaitThat(() -> Threads.named("sleepers-test").isEmpty());
    }

    /** The watch keeps its thread for some seconds after the last one has woken, and for as long as somebody sleeps. */
    @Test
    void theWatchParksHoweverLongNothingHappens() {
        DefaultReceiver<Object> receiver = (DefaultReceiver<Object>)
                ClockedDispatcher.builder().sequencing().receiver("r");
        Sleepers.Place sleeper = new Sleepers.Place(receiver.inbox);
        sleepers.add(sleeper, 0);
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
        sleepers.remove(sleeper);
    }
}
