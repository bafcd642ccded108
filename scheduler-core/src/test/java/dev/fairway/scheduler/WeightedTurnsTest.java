package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Turns of channels with weights, with one worker and strict turns unless a test says otherwise. */
class WeightedTurnsTest {
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());

    private Job recorded(String name) {
        return Job.named(name).processing(() -> order.add(name));
    }

    private Channel<Job, String> filled(
            FairScheduler<Job, String> scheduler, String name, int count, ChannelOptions options) {
        Channel<Job, String> channel = scheduler.openChannel(name, options);
        for (int i = 0; i < count; i++) {
            assertThat(channel.offer(recorded(name + i))).isTrue();
        }
        return channel;
    }

    @Test
    void aWeightThatIsRaisedAndLoweredAgainLeavesTheTurnAsItWas() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> a =
                    scheduler.openChannel("a", ChannelOptions.defaults().weight(3));
            a.offer(Job.named("a0").processing(() -> {
                order.add("a0");
                a.weight(30);
                a.weight(3);
            }));
            for (int i = 1; i < 4; i++) {
                a.offer(recorded("a" + i));
            }
            filled(scheduler, "b", 2, ChannelOptions.defaults());
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("a0", "a1", "a2", "b0", "a3", "b1");
    }

    @Test
    void aTurnStartsAsManyTasksAsTheWeightSays() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            filled(scheduler, "a", 6, ChannelOptions.defaults().weight(3));
            filled(scheduler, "b", 3, ChannelOptions.defaults());
            filled(scheduler, "c", 4, ChannelOptions.defaults().weight(2));
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("a0", "a1", "a2", "b0", "c0", "c1", "a3", "a4", "a5", "b1", "c2", "c3", "b2");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 1", "1, 7", "5, 2"})
    void overAnyIntervalStartsAreInProportionToTheWeights(int weightA, int weightB) throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            filled(scheduler, "a", 500, ChannelOptions.defaults().weight(weightA));
            filled(scheduler, "b", 500, ChannelOptions.defaults().weight(weightB));
            Gates.openAndDrain(gate, scheduler);
        }
        double lead = 0;
        double highest = 0;
        double lowest = 0;
        for (String task : order) {
            lead += task.startsWith("a") ? 1.0 / weightA : -1.0 / weightB;
            highest = Math.max(highest, lead);
            lowest = Math.min(lowest, lead);
            if (task.endsWith("499")) {
                break;
            }
        }
        assertThat(highest - lowest).isLessThanOrEqualTo(1 + 1 + 1 + 1e-9);
    }

    @Test
    void anEmptyChannelEndsItsTurnAndSavesNothingForLater() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> a =
                    filled(scheduler, "a", 1, ChannelOptions.defaults().weight(3));
            filled(scheduler, "b", 1, ChannelOptions.defaults());
            Channel<Job, String> c = scheduler.openChannel("c");
            c.offer(Job.named("c0").processing(() -> {
                order.add("c0");
                for (int i = 1; i <= 6; i++) {
                    a.offer(recorded("a" + i));
                }
                c.offer(recorded("c1"));
                c.offer(recorded("c2"));
            }));
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order.subList(0, 3)).containsExactly("a0", "b0", "c0");
        int firstOfC = order.indexOf("c1");
        int secondOfC = order.indexOf("c2");
        assertThat(order.subList(firstOfC + 1, secondOfC)).hasSize(3).allMatch(task -> task.startsWith("a"));
    }

    @Test
    void aNewWeightHoldsFromTheNextTurnOn() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> a = filled(scheduler, "a", 5, ChannelOptions.defaults());
            Channel<Job, String> b = scheduler.openChannel("b");
            b.offer(Job.named("b0").processing(() -> {
                order.add("b0");
                a.weight(2);
            }));
            b.offer(recorded("b1"));
            b.offer(recorded("b2"));
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("a0", "b0", "a1", "a2", "b1", "a3", "a4", "b2");
    }

    @Test
    void aLowerWeightEndsATurnThatHasStartedAsMany() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> a =
                    scheduler.openChannel("a", ChannelOptions.defaults().weight(4));
            a.offer(Job.named("a0").processing(() -> {
                order.add("a0");
                a.weight(2);
            }));
            for (int i = 1; i < 5; i++) {
                a.offer(recorded("a" + i));
            }
            filled(scheduler, "b", 2, ChannelOptions.defaults());
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("a0", "a1", "b0", "a2", "a3", "b1", "a4");
    }

    /** The channel may not run two tasks at once, but a turn of its weight is still its own. */
    @Test
    void reachingMaxParallelSuspendsATurnAndDoesNotEndIt() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            filled(scheduler, "a", 6, ChannelOptions.defaults().weight(3).maxParallel(1));
            filled(scheduler, "b", 2, ChannelOptions.defaults());
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("a0", "a1", "a2", "b0", "a3", "a4", "a5", "b1");
    }

    @Test
    void aPausedChannelEndsItsTurn() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> a =
                    scheduler.openChannel("a", ChannelOptions.defaults().weight(4));
            a.offer(Job.named("a0").processing(() -> {
                order.add("a0");
                a.pause();
            }));
            for (int i = 1; i < 4; i++) {
                a.offer(recorded("a" + i));
            }
            Channel<Job, String> b = scheduler.openChannel("b");
            b.offer(recorded("b0"));
            b.offer(Job.named("b1").processing(() -> {
                order.add("b1");
                a.resume();
            }));
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("a0", "b0", "b1", "a1", "a2", "a3");
    }

    @Test
    void aTurnOfLongTasksIsItsWeightWhateverTheTurnsTime() throws Exception {
        FakeClock clock = new FakeClock();
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).ticker(clock).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            for (String name : List.of("a", "b")) {
                int weight = name.equals("a") ? 3 : 1;
                Channel<Job, String> channel =
                        scheduler.openChannel(name, ChannelOptions.defaults().weight(weight));
                for (int i = 0; i < 2 * weight; i++) {
                    String task = name + i;
                    channel.offer(Job.named(task).processing(() -> {
                        order.add(task);
                        clock.advance(Duration.ofMillis(1));
                    }));
                }
            }
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("a0", "a1", "a2", "b0", "a3", "a4", "a5", "b1");
    }

    /** Two run when the number goes down to one: the one of the weighted turn has to go, and comes back to the same turn. */
    @Test
    void aTurnThatFewerWorkersSuspendedGoesOnBeforeTheOthers() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().workers(2).build()) {
            Gate first = Gates.holdingWorkerOf(scheduler);
            Gate second = new Gate();
            scheduler.submit("second gate", Job.at(second));
            second.awaitArrivals(1);
            Channel<Job, String> a =
                    scheduler.openChannel("a", ChannelOptions.defaults().weight(4));
            a.offer(Job.named("a0").processing(() -> {
                order.add("a0");
                scheduler.workers(1);
            }));
            for (int i = 1; i < 6; i++) {
                a.offer(recorded("a" + i));
            }
            filled(scheduler, "b", 3, ChannelOptions.defaults());
            second.open();
            Threads.awaitThat(() -> scheduler.stats().busyWorkers() == 1);
            assertThat(order).containsExactly("a0");
            Gates.openAndDrain(first, scheduler);
        }
        assertThat(order).containsExactly("a0", "a1", "a2", "a3", "b0", "a4", "a5", "b1", "b2");
    }

    /** Each of two workers has a turn of three when only one task may run at once any more. */
    @Test
    void aTurnThatALowerMaxParallelSuspendedGoesOnBeforeTheOthers() throws Exception {
        Gate a0 = new Gate();
        Gate a1 = new Gate();
        Gate b0 = new Gate();
        try (FairScheduler<Job, String> scheduler = Job.strict().workers(2).build()) {
            Channel<Job, String> a =
                    scheduler.openChannel("a", ChannelOptions.defaults().weight(3));
            a.pause();
            for (Gate gate : List.of(a0, a1)) {
                a.offer(Job.at(gate));
            }
            for (int i = 2; i < 8; i++) {
                a.offer(recorded("a" + i));
            }
            a.resume();
            a0.awaitArrivals(1);
            a1.awaitArrivals(1);
            Channel<Job, String> b = scheduler.openChannel("b");
            b.offer(Job.named("b0").processing(() -> {
                order.add("b0");
                b0.pass();
            }));
            b.offer(recorded("b1"));
            a.maxParallel(1);
            a1.open();
            b0.awaitArrivals(1);
            a0.open();
            Threads.awaitThat(() -> order.size() == 8);
            Gates.openAndDrain(b0, scheduler);
        }
        assertThat(order).containsExactly("b0", "a2", "a3", "a4", "a5", "b1", "a6", "a7");
    }

    @Test
    void aLowerWeightShortensATurnThatIsSuspended() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().workers(2).build()) {
            Gate first = Gates.holdingWorkerOf(scheduler);
            Gate second = new Gate();
            scheduler.submit("second gate", Job.at(second));
            second.awaitArrivals(1);
            Channel<Job, String> a =
                    scheduler.openChannel("a", ChannelOptions.defaults().weight(5));
            a.offer(Job.named("a0").processing(() -> {
                order.add("a0");
                scheduler.workers(1);
            }));
            for (int i = 1; i < 6; i++) {
                a.offer(recorded("a" + i));
            }
            filled(scheduler, "b", 3, ChannelOptions.defaults());
            second.open();
            Threads.awaitThat(() -> scheduler.stats().busyWorkers() == 1);
            a.weight(2);
            Gates.openAndDrain(first, scheduler);
        }
        assertThat(order).containsExactly("a0", "a1", "b0", "a2", "a3", "b1", "a4", "a5", "b2");
    }

    /** Turns that the channel was too empty to use up are no savings for a day when it is full. */
    @Test
    void turnsThatAreNotUsedUpAddUpToNothing() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Channel<Job, String> a =
                    scheduler.openChannel("a", ChannelOptions.defaults().weight(2));
            Gate gate = Gates.holdingWorkerOf(scheduler);
            a.offer(recorded("a"));
            Channel<Job, String> b = scheduler.openChannel("b", ChannelOptions.capacity(200));
            for (int i = 0; i < 200; i++) {
                int more = i < 50 ? 1 : i == 50 ? 100 : 0;
                b.offer(Job.of(() -> {
                    order.add("b");
                    for (int j = 0; j < more; j++) {
                        a.offer(recorded("a"));
                    }
                }));
            }
            Gates.openAndDrain(gate, scheduler);
        }
        int inARow = 0;
        for (String task : order.subList(0, order.lastIndexOf("a"))) {
            inARow = task.equals("a") ? inARow + 1 : 0;
            assertThat(inARow).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void aPauseEndsATurnEvenIfItIsOverBeforeTheTaskIs() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> a =
                    scheduler.openChannel("a", ChannelOptions.defaults().weight(4));
            a.offer(Job.named("a0").processing(() -> {
                order.add("a0");
                a.pause();
                a.resume();
            }));
            for (int i = 1; i < 4; i++) {
                a.offer(recorded("a" + i));
            }
            filled(scheduler, "b", 2, ChannelOptions.defaults());
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("a0", "b0", "a1", "a2", "a3", "b1");
    }

    @Test
    void beingEmptyEndsATurnEvenIfTheTaskThatRunsPutsMoreIn() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> a =
                    scheduler.openChannel("a", ChannelOptions.defaults().weight(4));
            a.offer(Job.named("a0").processing(() -> {
                order.add("a0");
                for (int i = 1; i < 6; i++) {
                    a.offer(recorded("a" + i));
                }
            }));
            filled(scheduler, "b", 2, ChannelOptions.defaults());
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("a0", "b0", "a1", "a2", "a3", "a4", "b1", "a5");
    }

    @Test
    void aCancelOfTheChannelEndsItsTurn() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> a =
                    scheduler.openChannel("a", ChannelOptions.defaults().weight(4));
            a.offer(Job.named("a0").processing(() -> {
                order.add("a0");
                a.cancelAll();
                for (int i = 1; i < 6; i++) {
                    a.offer(recorded("a" + i));
                }
            }));
            a.offer(recorded("dropped"));
            filled(scheduler, "b", 2, ChannelOptions.defaults());
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("a0", "b0", "a1", "a2", "a3", "a4", "b1", "a5");
    }

    /** A channel waits for no turn while its last task runs, so one that becomes runnable meanwhile comes before it. */
    @Test
    void aChannelThatItsTurnHasEmptiedJoinsTheEndAgain() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Channel<Job, String> c = scheduler.openChannel("c");
            Channel<Job, String> a =
                    scheduler.openChannel("a", ChannelOptions.defaults().weight(2));
            Gate gate = Gates.holdingWorkerOf(scheduler);
            a.offer(recorded("a0"));
            a.offer(Job.named("a1").processing(() -> {
                order.add("a1");
                assertThat(scheduler.stats().runnableChannels()).isEqualTo(1);
                c.offer(recorded("c0"));
                a.offer(recorded("a2"));
            }));
            filled(scheduler, "b", 1, ChannelOptions.defaults());
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("a0", "a1", "b0", "c0", "a2");
    }

    /** Two turns of the same channel are suspended at once; what is left of both is no more than one whole turn. */
    @Test
    void twoSuspendedTurnsGoOnAsOneAtTheMost() throws Exception {
        Gate both = new Gate();
        try (FairScheduler<Job, String> scheduler = Job.strict().workers(3).build()) {
            Gate first = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> a =
                    scheduler.openChannel("a", ChannelOptions.defaults().weight(4));
            a.pause();
            a.offer(Job.at(both));
            a.offer(Job.at(both));
            for (int i = 0; i < 10; i++) {
                a.offer(recorded("a" + i));
            }
            a.resume();
            both.awaitArrivals(2);
            filled(scheduler, "b", 3, ChannelOptions.defaults());
            scheduler.workers(1);
            both.open();
            Threads.awaitThat(() -> scheduler.stats().busyWorkers() == 1);
            Gates.openAndDrain(first, scheduler);
        }
        assertThat(order).startsWith("a0", "a1", "a2").hasSize(13);
        assertThat(order.indexOf("b0")).isBetween(3, 4);
        assertThat(order.indexOf("b1") - order.indexOf("b0")).isBetween(2, 5);
    }
}
