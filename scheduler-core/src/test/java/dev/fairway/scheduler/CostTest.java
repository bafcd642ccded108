package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shares of cost, with one worker. */
class CostTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final List<Priced> order = new ArrayList<>();

    private FairScheduler.Builder<Priced, Integer> scheduler() {
        return FairScheduler.<Priced, Integer>processing(task -> {
                    order.add(task);
                    task.code.run();
                    return 0;
                })
                .workers(1)
                .turn(Duration.ZERO)
                .cost(Priced::cost);
    }

    private static Gate holdWorkerOf(FairScheduler<Priced, Integer> scheduler) throws InterruptedException {
        Gate gate = new Gate();
        scheduler.submit("gate", new Priced("gate", 0, gate::pass));
        gate.awaitArrivals(1);
        return gate;
    }

    private static void fill(FairScheduler<Priced, Integer> scheduler, String name, int weight, int count, long cost) {
        fill(scheduler, name, weight, count, cost, () -> {});
    }

    private static void fill(
            FairScheduler<Priced, Integer> scheduler,
            String name,
            int weight,
            int count,
            long cost,
            Threads.Code code) {
        Channel<Priced, Integer> channel =
                scheduler.openChannel(name, ChannelOptions.capacity(count).weight(weight));
        for (int i = 0; i < count; i++) {
            assertThat(channel.offer(new Priced(name, cost, code))).isTrue();
        }
    }

    /** The bound for starts, with shares of cost in the place of counts; and with what a turn may start, where it has time. */
    @ParameterizedTest
    @CsvSource({
        "10, 1, 1, 1, 0",
        "1, 1, 1, 1, 0",
        "1000, 1, 1, 1, 0",
        "7, 3, 2, 1, 0",
        "10, 1, 1, 1, 20",
        "7, 3, 2, 1, 20"
    })
    void channelsGetEqualSharesOfCostInProportionToTheirWeights(
            long costA, long costB, int weightA, int weightB, int turnMicros) throws Exception {
        int mostInATurn = turnMicros == 0 ? 0 : Math.max(weightA, weightB) * turnMicros + 8;
        long total = (20 + 10L * mostInATurn) * Math.max(costA, costB);
        int countA = (int) (total * weightA / costA);
        int countB = (int) (total * weightB / costB);
        FakeClock clock = new FakeClock();
        try (FairScheduler<Priced, Integer> scheduler = scheduler()
                .turn(Duration.ofNanos(turnMicros * 1_000L))
                .ticker(clock)
                .build()) {
            Gate gate = holdWorkerOf(scheduler);
            fill(scheduler, "a", weightA, countA, costA, () -> clock.advance(Duration.ofNanos(1_000)));
            fill(scheduler, "b", weightB, countB, costB, () -> clock.advance(Duration.ofNanos(1_000)));
            Gates.openAndDrain(gate, scheduler);
        }
        double shareA = (double) costA / weightA;
        double shareB = (double) costB / weightB;
        double lead = 0;
        double highest = 0;
        double lowest = 0;
        int leftA = countA;
        int leftB = countB;
        for (Priced task : order.subList(1, order.size())) {
            lead += task.channel.equals("a") ? shareA : -shareB;
            if (task.channel.equals("a") ? --leftA == 0 : --leftB == 0) {
                break;
            }
            highest = Math.max(highest, lead);
            lowest = Math.min(lowest, lead);
        }
        assertThat(highest - lowest)
                .isLessThanOrEqualTo(3 * Math.max(shareA, shareB) + mostInATurn * (shareA + shareB) + 1e-6);
    }

    @Test
    void oneDearTaskDoesNotBuyAnotherChannelManyCheapOnesInARow() throws Exception {
        try (FairScheduler<Priced, Integer> scheduler = scheduler().build()) {
            Gate gate = holdWorkerOf(scheduler);
            fill(scheduler, "dear", 1, 3, 10_000);
            fill(scheduler, "a", 1, 10_000, 1);
            fill(scheduler, "b", 1, 10_000, 1);
            Gates.openAndDrain(gate, scheduler);
        }
        int longest = 0;
        int run = 0;
        String last = "";
        int left = 20_000;
        for (Priced task : order) {
            run = task.channel.equals(last) ? run + 1 : 1;
            last = task.channel;
            longest = Math.max(longest, run);
            if (!task.channel.equals("dear") && --left < 100) {
                break;
            }
        }
        assertThat(longest).isLessThanOrEqualTo(3);
    }

    @Test
    void aChannelThatWasIdleHasNoCredit() throws Exception {
        try (FairScheduler<Priced, Integer> scheduler = scheduler().build()) {
            scheduler.submit("idle", new Priced("idle", 1)).join();
            for (int i = 0; i < 200; i++) {
                scheduler.submit("busy", new Priced("busy", 1)).join();
            }
            order.clear();
            Gate gate = holdWorkerOf(scheduler);
            for (int i = 0; i < 30; i++) {
                scheduler.channel("busy").offer(new Priced("busy", 1));
                scheduler.channel("idle").offer(new Priced("idle", 1));
            }
            scheduler.submit("other", new Priced("other", 1));
            Gates.openAndDrain(gate, scheduler);
        }
        int lead = 0;
        for (Priced task : order.subList(1, 40)) {
            lead += task.channel.equals("idle") ? 1 : task.channel.equals("busy") ? -1 : 0;
            assertThat(lead).isLessThanOrEqualTo(3);
        }
    }

    /** Each time that it is empty again, its next dear task is put in: it must not pay for the first one only. */
    @Test
    void aTenantThatSubmitsOneDearTaskAfterTheOtherPaysForEach() throws Exception {
        try (FairScheduler<Priced, Integer> scheduler = scheduler().build()) {
            Channel<Priced, Integer> dear = scheduler.openChannel("dear");
            Gate gate = holdWorkerOf(scheduler);
            Channel<Priced, Integer> cheap = scheduler.openChannel("cheap", ChannelOptions.capacity(1_000));
            for (int i = 0; i < 1_000; i++) {
                cheap.offer(new Priced("cheap", 1, () -> {
                    if (dear.size() == 0) {
                        dear.offer(new Priced("dear", 100));
                    }
                }));
            }
            Gates.openAndDrain(gate, scheduler);
        }
        int last = 0;
        for (int i = 0; i < order.size(); i++) {
            last = order.get(i).channel.equals("cheap") ? i : last;
        }
        assertThat(order.subList(0, last).stream().filter(task -> task.channel.equals("dear")))
                .hasSizeBetween(5, 13);
    }

    @Test
    void theCostIsAskedOnceForEachAcceptedTaskInTheProducersThread() {
        Map<Priced, Thread> askedBy = new ConcurrentHashMap<>();
        List<Priced> askedTwice = new ArrayList<>();
        try (FairScheduler<Priced, Integer> scheduler = FairScheduler.<Priced, Integer>processing(task -> 0)
                .workers(2)
                .cost(task -> {
                    if (askedBy.put(task, Thread.currentThread()) != null) {
                        askedTwice.add(task);
                    }
                    return task.cost;
                })
                .build()) {
            threads.startTogether(4, producer -> {
                for (int i = 0; i < 500; i++) {
                    Priced task = new Priced("a", i);
                    scheduler.submit("c" + producer, task).join();
                    assertThat(askedBy).containsEntry(task, Thread.currentThread());
                }
            });
            threads.join();
        }
        assertThat(askedTwice).isEmpty();
        assertThat(askedBy).hasSize(2_000);
    }

    @Test
    void aNegativeCostIsRefusedAndNamesTheValue() {
        try (FairScheduler<Priced, Integer> scheduler = scheduler().build()) {
            Channel<Priced, Integer> channel = scheduler.openChannel("bulk");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> channel.offer(new Priced("bulk", -7)))
                    .withMessageContaining("-7");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> channel.submit(new Priced("bulk", -7)))
                    .withMessageContaining("-7");
            assertThat(channel.stats().accepted()).isZero();
            assertThat(channel.size()).isZero();
        }
    }

    @Test
    void aCostFunctionThatThrowsRefusesTheTaskAndHarmsNobody() {
        IllegalStateException broken = new IllegalStateException("no price");
        try (FairScheduler<Priced, Integer> scheduler = FairScheduler.<Priced, Integer>processing(task -> 1)
                .workers(1)
                .cost(task -> {
                    if (task.cost == 13) {
                        throw broken;
                    }
                    return task.cost;
                })
                .build()) {
            Channel<Priced, Integer> channel = scheduler.openChannel("bulk", ChannelOptions.capacity(1));
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> channel.offer(new Priced("bulk", 13))).isSameAs(broken);
            }
            assertThat(channel.stats().accepted()).isZero();
            assertThat(channel.submit(new Priced("bulk", 1)).join()).isEqualTo(1);
        }
    }

    /** A task with a price. Identity counts. */
    private static final class Priced {
        private final String channel;
        private final long cost;
        private final Threads.Code code;

        Priced(String channel, long cost) {
            this(channel, cost, () -> {});
        }

        Priced(String channel, long cost, Threads.Code code) {
            this.channel = channel;
            this.cost = cost;
            this.code = code;
        }

        long cost() {
            return cost;
        }
    }

    /** When nobody is left to owe it to, a debt ends: what was dear yesterday costs nothing today. */
    @Test
    void aDebtEndsWhenAllRest() throws Exception {
        try (FairScheduler<Priced, Integer> scheduler = scheduler().build()) {
            scheduler.submit("dear", new Priced("dear", 1_000_000)).join();
            Threads.awaitThat(() -> scheduler.stats().busyWorkers() == 0);
            order.clear();
            Gate gate = holdWorkerOf(scheduler);
            for (int i = 0; i < 20; i++) {
                scheduler.channel("other").offer(new Priced("other", 1));
                scheduler.channel("dear").offer(new Priced("dear", 1));
            }
            Gates.openAndDrain(gate, scheduler);
        }
        int lead = 0;
        for (Priced task : order.subList(1, 40)) {
            lead += task.channel.equals("dear") ? 1 : -1;
            assertThat(lead).isBetween(-3, 3);
        }
    }

    /** A debt of 30 is paid off by 30 that the others get, no sooner and no later. */
    @Test
    void aDebtMeltsAsTheOthersAreServed() throws Exception {
        try (FairScheduler<Priced, Integer> scheduler = scheduler().build()) {
            Gate gate = holdWorkerOf(scheduler);
            Channel<Priced, Integer> dear = scheduler.openChannel("dear");
            dear.offer(new Priced("dear", 30));
            for (int i = 0; i < 100; i++) {
                boolean putsMoreIn = i == 10;
                scheduler.channel("cheap").offer(new Priced("cheap", 1, () -> {
                    if (putsMoreIn) {
                        dear.offer(new Priced("dear", 1));
                    }
                }));
            }
            Gates.openAndDrain(gate, scheduler);
        }
        List<String> channels = order.stream().map(task -> task.channel).toList();
        assertThat(channels.indexOf("dear")).isEqualTo(1);
        assertThat(channels.lastIndexOf("dear") - channels.indexOf("dear")).isBetween(29, 33);
    }
}
