package dev.fairway.spring.autoconfigure.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.CancelOption;
import dev.fairway.DrainReport;
import dev.fairway.scheduler.CancelReport;
import dev.fairway.scheduler.ChannelControl;
import dev.fairway.scheduler.ChannelStats;
import dev.fairway.scheduler.FairExecutor;
import dev.fairway.scheduler.SchedulerControl;
import dev.fairway.scheduler.SchedulerStats;
import dev.fairway.scheduler.TopBy;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class FairwayHealthTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(FairwayAutoConfiguration.class, FairwayHealthAutoConfiguration.class));

    @Test
    void isUpWhileAllWorkersAreBusy() {
        runner.withPropertyValues("fairway.schedulers.render.workers=1", "fairway.health.stuck-after=1ns")
                .run(context -> {
                    CountDownLatch started = new CountDownLatch(1);
                    CountDownLatch go = new CountDownLatch(1);
                    FairExecutor render = context.getBean(FairExecutor.class);
                    render.submit("acme", () -> {
                        started.countDown();
                        go.await();
                        return null;
                    });
                    started.await();
                    render.submit("globex", () -> 1);
                    assertThat(health(context.getBean(FairwayHealthIndicator.class))
                                    .getStatus())
                            .isEqualTo(Status.UP);
                    go.countDown();
                });
    }

    @Test
    void isDownWithAReasonWhenASchedulerIsStuck() {
        SchedulerStats stuck = stats(3, 1, 5, 60, 30, 7);
        runner.withBean("stuck", SchedulerControl.class, () -> new Reporting(() -> stuck))
                .run(context -> {
                    Health health = health(context.getBean(FairwayHealthIndicator.class));
                    assertThat(health.getStatus()).isEqualTo(Status.DOWN);
                    assertThat(health.getDetails())
                            .hasEntrySatisfying(
                                    "scheduler stuck",
                                    reason -> assertThat((String) reason)
                                            .contains(
                                                    "nothing was started for PT30S",
                                                    "2 of 3 workers are free",
                                                    "5 channels"));
                });
    }

    @Test
    void isUpWhenASecondLookFindsThatSomethingWasStarted() {
        long[] started = {0};
        runner.withBean("busy", SchedulerControl.class, () -> new Reporting(() -> stats(3, 1, 5, 60, 30, started[0]++)))
                .run(context -> assertThat(health(context.getBean(FairwayHealthIndicator.class))
                                .getStatus())
                        .isEqualTo(Status.UP));
    }

    @ParameterizedTest(name = "workers {0}, busy {1}, runnable {2}, oldest wait {3} s, last turn {4} s ago: {5}")
    @CsvSource({
        "2, 1, 1, 10, 10, true",
        "2, 1, 1, 10,  0, true",
        "2, 2, 1, 99, 99, false",
        "2, 1, 0, 99, 99, false",
        "2, 1, 1,  9, 99, false",
        "2, 1, 1, 99,  9, false",
    })
    void stuckIsAFreeWorkerAndARunnableChannelAndNoStartForLong(
            int workers, int busy, int runnable, long oldestWait, long sinceLastTurn, boolean stuck) {
        assertThat(StuckScheduler.looksStuck(
                        stats(workers, busy, runnable, oldestWait, sinceLastTurn, 1), Duration.ofSeconds(10)))
                .isEqualTo(stuck);
    }

    @Test
    void isTheContributorFairwayOfBootsHealth() {
        runner.withConfiguration(AutoConfigurations.of(
                        HealthContributorAutoConfiguration.class,
                        HealthContributorRegistryAutoConfiguration.class,
                        HealthEndpointAutoConfiguration.class))
                .run(context -> {
                    assertThat(context.getBean(HealthEndpoint.class)
                                    .healthForPath("fairway")
                                    .getStatus())
                            .isEqualTo(Status.UP);
                    assertThat(context.getBeanFactory().containsSingleton("fairExecutor"))
                            .as("woken up")
                            .isFalse();
                });
    }

    @Test
    void canBeSwitchedOff() {
        runner.withPropertyValues("management.health.fairway.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(FairwayHealthIndicator.class));
    }

    @Test
    void isNotThereWithoutBootsHealth() {
        runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("fairwayHealthIndicator"));
    }

    private static Health health(FairwayHealthIndicator indicator) {
        return indicator.health();
    }

    private static SchedulerStats stats(
            int workers, int busy, int runnable, long oldestWait, long sinceLastTurn, long started) {
        return new SchedulerStats(
                "stuck",
                started,
                0,
                started,
                started,
                0,
                0,
                0,
                0,
                runnable,
                busy,
                Duration.ofSeconds(oldestWait),
                workers,
                busy,
                runnable,
                runnable,
                Duration.ofSeconds(sinceLastTurn));
    }

    /** A real scheduler does not get stuck, so this one only reports. */
    private record Reporting(Supplier<SchedulerStats> reported) implements SchedulerControl {
        @Override
        public SchedulerStats stats() {
            return reported.get();
        }

        @Override
        public String name() {
            return "stuck";
        }

        @Override
        public int workers() {
            return 3;
        }

        @Override
        public void workers(int workers) {}

        @Override
        public List<ChannelControl> channels() {
            return List.of();
        }

        @Override
        public Optional<ChannelControl> findChannel(String name) {
            return Optional.empty();
        }

        @Override
        public CancelReport cancel(String channel, CancelOption... options) {
            throw new IllegalArgumentException(channel);
        }

        @Override
        public List<ChannelStats> busiest(TopBy by, int limit) {
            return List.of();
        }

        @Override
        public void close() {}

        @Override
        public DrainReport close(Duration drainTimeout) {
            return new DrainReport("stuck", Map.of());
        }

        @Override
        public Duration drainTimeout() {
            return Duration.ZERO;
        }

        @Override
        public boolean isClosed() {
            return false;
        }

        @Override
        public CompletionStage<Void> terminated() {
            return CompletableFuture.completedFuture(null);
        }
    }
}
