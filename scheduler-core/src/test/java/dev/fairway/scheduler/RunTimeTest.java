package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shares of run time, with one worker and a clock that the tasks move. */
class RunTimeTest {
    private final FakeClock clock = new FakeClock();
    private final List<String> order = new ArrayList<>();

    private FairScheduler.Builder<Job, String> scheduler() {
        return Job.strict().fairness(Fairness.RUN_TIME).ticker(clock);
    }

    private Job lasting(String channel, int micros) {
        return Job.of(() -> {
            order.add(channel);
            clock.advance(Duration.ofNanos(micros * 1_000L));
        });
    }

    @ParameterizedTest
    @CsvSource({"1000, 10, 0", "1000, 10, 20", "1000, 1000, 0", "500, 100, 0"})
    void aTenantWithSlowTasksGetsNoMoreOfTheWorkersTimeThanOneWithQuickTasks(int slow, int quick, int turnMicros)
            throws Exception {
        int total = 30 * slow;
        try (FairScheduler<Job, String> scheduler =
                scheduler().turn(Duration.ofNanos(turnMicros * 1_000L)).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> slowOne = scheduler.openChannel("slow", ChannelOptions.capacity(total / slow));
            Channel<Job, String> quickOne = scheduler.openChannel("quick", ChannelOptions.capacity(total / quick));
            for (int i = 0; i < total / slow; i++) {
                slowOne.offer(lasting("slow", slow));
            }
            for (int i = 0; i < total / quick; i++) {
                quickOne.offer(lasting("quick", quick));
            }
            Gates.openAndDrain(gate, scheduler);
        }
        int lead = 0;
        int highest = 0;
        int lowest = 0;
        int left = total;
        int leftOfQuick = total;
        for (String task : order) {
            boolean isSlow = task.equals("slow");
            lead += isSlow ? slow : -quick;
            left -= isSlow ? slow : 0;
            leftOfQuick -= isSlow ? 0 : quick;
            if (left <= 0 || leftOfQuick <= 0) {
                break;
            }
            highest = Math.max(highest, lead);
            lowest = Math.min(lowest, lead);
        }
        assertThat(highest - lowest).as("microseconds ahead").isLessThanOrEqualTo(3 * slow + turnMicros);
        assertThat(left).as("the slow one was served to its end").isLessThanOrEqualTo(4 * slow);
    }

    @Test
    void theDebtOfOneSlowTaskAfterTheOtherIsNotForgottenWhileTheChannelIsEmpty() throws Exception {
        try (FairScheduler<Job, String> scheduler = scheduler().build()) {
            Channel<Job, String> slow = scheduler.openChannel("slow");
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> quick = scheduler.openChannel("quick", ChannelOptions.capacity(1_000));
            for (int i = 0; i < 1_000; i++) {
                quick.offer(Job.of(() -> {
                    order.add("quick");
                    clock.advance(Duration.ofNanos(10_000));
                    if (slow.size() == 0) {
                        slow.offer(lasting("slow", 1_000));
                    }
                }));
            }
            Gates.openAndDrain(gate, scheduler);
        }
        List<String> whileBothRan = order.subList(0, order.lastIndexOf("quick"));
        assertThat(whileBothRan.stream().filter("slow"::equals)).hasSizeBetween(5, 14);
    }

    @Test
    void aChannelThatWasIdleHasNoCredit() throws Exception {
        try (FairScheduler<Job, String> scheduler = scheduler().build()) {
            scheduler.submit("idle", lasting("idle", 10)).join();
            for (int i = 0; i < 300; i++) {
                scheduler.submit("busy", lasting("busy", 10)).join();
            }
            order.clear();
            Gate gate = Gates.holdingWorkerOf(scheduler);
            for (int i = 0; i < 30; i++) {
                scheduler.channel("busy").offer(lasting("busy", 10));
                scheduler.channel("idle").offer(lasting("idle", 10));
            }
            Gates.openAndDrain(gate, scheduler);
        }
        int lead = 0;
        for (String task : order.subList(0, 40)) {
            lead += task.equals("idle") ? 1 : -1;
            assertThat(lead).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void sharesOfRunTimeFollowTheWeights() throws Exception {
        try (FairScheduler<Job, String> scheduler = scheduler().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> heavy =
                    scheduler.openChannel("heavy", ChannelOptions.defaults().weight(3));
            Channel<Job, String> light = scheduler.openChannel("light");
            for (int i = 0; i < 300; i++) {
                heavy.offer(lasting("heavy", 100));
                light.offer(lasting("light", 100));
            }
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order.subList(0, 200).stream().filter("heavy"::equals)).hasSizeBetween(147, 153);
    }
}
