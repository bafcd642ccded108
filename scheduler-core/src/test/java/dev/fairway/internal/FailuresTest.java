package dev.fairway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Logs;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FailuresTest {
    private static final Pattern LEFT_OUT = Pattern.compile("\\((\\d+) more not logged\\)");
    private static final Exception FAILURE = new Exception("on purpose");
    private static final int THREADS = 4;
    private static final int TIMES = 100_000;

    @RegisterExtension
    final Threads threads = new Threads();

    @RegisterExtension
    final Logs logs = new Logs();

    private final FakeClock clock = new FakeClock();

    @Test
    void oneFailureASecondIsLoggedAndHowManyWereNot() {
        Failures failures = new Failures("dev.fairway.test", clock);
        for (int i = 0; i < 3; i++) {
            failures.log(() -> "one", FAILURE);
        }
        clock.advance(Duration.ofNanos(999_999_999));
        failures.log(() -> "one", FAILURE);
        assertThat(logs.warnings()).containsExactly("one");
        clock.advance(Duration.ofNanos(1));
        failures.log(() -> "two", FAILURE);
        clock.advance(Duration.ofSeconds(1));
        failures.log(() -> "three", FAILURE);
        assertThat(logs.warnings()).containsExactly("one", "two (3 more not logged)", "three");
    }

    @Test
    void aMessageThatCannotBeMadeHarmsNobodyAndIsCounted() {
        Failures failures = new Failures("dev.fairway.test", clock);
        failures.log(
                () -> {
                    throw new IllegalStateException("no message");
                },
                FAILURE);
        clock.advance(Duration.ofSeconds(1));
        failures.log(() -> "next", FAILURE);
        assertThat(logs.warnings()).containsExactly("next (1 more not logged)");
    }

    /** Both have seen that a second has passed before either has logged. */
    @Test
    void ofTwoThatMayLogAtOnceOneDoes() throws Exception {
        Gate gate = new Gate();
        Failures failures = new Failures("dev.fairway.test", () -> {
            if (Thread.currentThread().getName().startsWith("test-")) {
                gate.passUninterruptibly();
            }
            return clock.getAsLong();
        });
        threads.startTogether(2, i -> failures.log(() -> "one", FAILURE));
        gate.awaitArrivals(2);
        gate.open();
        threads.join();
        assertThat(logs.warnings()).singleElement().asString().startsWith("one"); // which may count the other
    }

    @Test
    void eachFailureIsLoggedOrCounted() {
        AtomicLong nanos = new AtomicLong();
        Failures failures = new Failures("dev.fairway.test", () -> nanos.addAndGet(1_000_000));
        threads.startTogether(THREADS, t -> {
            for (int i = 0; i < TIMES; i++) {
                failures.log(() -> "again", FAILURE);
            }
        });
        threads.join();
        nanos.addAndGet(1_000_000_000);
        failures.log(() -> "last", FAILURE);
        long counted = logs.warnings().size();
        for (String warning : logs.warnings()) {
            Matcher leftOut = LEFT_OUT.matcher(warning);
            counted += leftOut.find() ? Long.parseLong(leftOut.group(1)) : 0;
        }
        assertThat(counted).isEqualTo(THREADS * TIMES + 1);
    }
}
