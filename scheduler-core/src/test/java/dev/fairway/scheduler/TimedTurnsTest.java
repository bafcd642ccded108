package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Turns that go on for a few microseconds, with one worker and a clock that the tasks themselves move. */
class TimedTurnsTest {
    /** The clock is read after every eighth task at the latest. */
    private static final int MOST_BETWEEN_READINGS = 8;

    private final FakeClock clock = new FakeClock();
    private final List<String> order = new ArrayList<>();

    private void fill(FairScheduler<Job, String> scheduler, String name, int weight, int count, Duration each) {
        Channel<Job, String> channel =
                scheduler.openChannel(name, ChannelOptions.capacity(count).weight(weight));
        for (int i = 0; i < count; i++) {
            channel.offer(Job.of(() -> {
                order.add(name);
                clock.advance(each);
            }));
        }
    }

    /** How many tasks each turn started, as long as both channels had more. */
    private List<Integer> turns(String channel) {
        List<Integer> turns = new ArrayList<>();
        int run = 0;
        for (String task : order.subList(0, Math.min(order.size(), 1_000))) {
            if (task.equals(channel)) {
                run++;
            } else if (run > 0) {
                turns.add(run);
                run = 0;
            }
        }
        return turns;
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 20", "2, 1, 20", "1, 3, 20", "7, 1, 20", "1, 1, 100", "12, 1, 100"})
    void aTurnOfShortTasksGoesOnForItsTimeAndOneOvershootAtTheMost(int micros, int weight, int turnMicros)
            throws Exception {
        Duration turn = Duration.ofNanos(turnMicros * 1_000L);
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).turn(turn).ticker(clock).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            fill(scheduler, "a", weight, 2_000, Duration.ofNanos(micros * 1_000L));
            fill(scheduler, "b", 1, 2_000, Duration.ofNanos(micros * 1_000L));
            Gates.openAndDrain(gate, scheduler);
        }
        List<Integer> turns = turns("a");
        assertThat(turns.size()).isGreaterThan(3);
        assertThat(turns)
                .as("started by a turn of %s x %s µs, of tasks of %s µs", weight, turnMicros, micros)
                .allMatch(started -> (started - MOST_BETWEEN_READINGS) * micros <= weight * turnMicros)
                .allMatch(started -> started > weight);
    }

    /** To change channels costs much less than such a task, and more of them in a row would only make others wait. */
    @ParameterizedTest
    @ValueSource(ints = {11, 20, 50})
    void tasksLongerThanHalfATurnAreServedInStrictTurns(int micros) throws Exception {
        Duration each = Duration.ofNanos(micros * 1_000L);
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).ticker(clock).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            fill(scheduler, "a", 1, 5, each);
            fill(scheduler, "b", 1, 5, each);
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("a", "b", "a", "b", "a", "b", "a", "b", "a", "b");
    }

    @Test
    void noChannelOfShortTasksGetsAheadForGood() throws Exception {
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).ticker(clock).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            fill(scheduler, "a", 1, 20_000, Duration.ofNanos(1_000));
            fill(scheduler, "b", 1, 20_000, Duration.ofNanos(1_000));
            Gates.openAndDrain(gate, scheduler);
        }
        int lead = 0;
        int highest = 0;
        int lowest = 0;
        for (String task : order.subList(0, 30_000)) {
            lead += task.equals("a") ? 1 : -1;
            highest = Math.max(highest, lead);
            lowest = Math.min(lowest, lead);
        }
        int turnAndOvershoot = 20 + MOST_BETWEEN_READINGS;
        assertThat(highest - lowest).isLessThanOrEqualTo(2 * turnAndOvershoot);
    }

    /** A turn learns how long a channel's tasks are; a long one among them must be noticed soon. */
    @Test
    void aLongTaskAmongShortOnesEndsTheTurn() throws Exception {
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).ticker(clock).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> a = scheduler.openChannel("a");
            for (int i = 0; i < 200; i++) {
                Duration each = Duration.ofNanos(i < 3 ? 100 : 50_000);
                a.offer(Job.of(() -> {
                    order.add("a");
                    clock.advance(each);
                }));
            }
            fill(scheduler, "b", 1, 200, Duration.ofNanos(50_000));
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(turns("a").get(0)).isLessThanOrEqualTo(3 + MOST_BETWEEN_READINGS);
        assertThat(turns("a").subList(1, 100)).containsOnly(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 1_000})
    void aQuietTenantWaitsForOneTurnOfABusyOneWhateverItsBacklog(int turnMicros) throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler()
                .workers(1)
                .turn(Duration.ofNanos(turnMicros * 1_000L))
                .ticker(clock)
                .build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            fill(scheduler, "bulk", 1, 100_000, Duration.ofNanos(1_000));
            fill(scheduler, "live", 1, 1, Duration.ofNanos(1_000));
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order.indexOf("live")).isLessThanOrEqualTo(Math.max(1, turnMicros + MOST_BETWEEN_READINGS));
    }

    @Test
    void aTurnOfZeroIsStrictRoundRobinAlsoForTasksThatTakeNoTime() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().ticker(clock).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            fill(scheduler, "a", 1, 3, Duration.ZERO);
            fill(scheduler, "b", 1, 3, Duration.ZERO);
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("a", "b", "a", "b", "a", "b");
    }

    @Test
    void turnsGoOnAfterTheNumberOfWorkersWentDown() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler()
                .workers(2)
                .turn(Duration.ofNanos(20_000))
                .ticker(clock)
                .build()) {
            Gate first = Gates.holdingWorkerOf(scheduler);
            Gate second = new Gate();
            scheduler.submit("second gate", Job.at(second));
            second.awaitArrivals(1);
            scheduler.workers(1);
            second.open();
            Threads.awaitThat(() -> scheduler.stats().busyWorkers() == 1);
            fill(scheduler, "a", 1, 500, Duration.ofNanos(1_000));
            fill(scheduler, "b", 1, 500, Duration.ofNanos(1_000));
            Gates.openAndDrain(first, scheduler);
        }
        assertThat(turns("a").stream().limit(5)).allMatch(started -> started > MOST_BETWEEN_READINGS);
    }
}
