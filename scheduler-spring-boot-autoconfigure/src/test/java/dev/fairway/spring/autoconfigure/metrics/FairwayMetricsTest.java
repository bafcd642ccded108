package dev.fairway.spring.autoconfigure.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairway.RejectedTaskException;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.scheduler.FairExecutor;
import dev.fairway.spring.autoconfigure.CoordinatorBeans;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class FairwayMetricsTest {
    private final ApplicationContextRunner bare = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(FairwayAutoConfiguration.class, FairwayMetricsAutoConfiguration.class));
    private final ApplicationContextRunner runner =
            bare.withBean(SimpleMeterRegistry.class).withPropertyValues("fairway.schedulers.render.workers=1");

    @Test
    void tasksAreCountedByOutcome() {
        runner.withPropertyValues("fairway.schedulers.render.channels.acme.capacity=1")
                .run(context -> {
                    FairExecutor render = context.getBean(FairExecutor.class);
                    MeterRegistry registry = context.getBean(MeterRegistry.class);
                    assertThat(render.<Integer>submit("acme", () -> 1).join()).isEqualTo(1);
                    assertThatThrownBy(() -> render.submit("acme", () -> {
                                        throw new IllegalStateException("no ink");
                                    })
                                    .join())
                            .isInstanceOf(TaskFailedException.class);
                    CountDownLatch started = new CountDownLatch(1);
                    CountDownLatch finish = new CountDownLatch(1);
                    TaskHandle<Object> running = render.submit("acme", () -> {
                        started.countDown();
                        finish.await();
                        return null;
                    });
                    started.await();
                    TaskHandle<Object> waiting = render.submit("acme", () -> null);
                    assertThat(gauge(registry, "queued", "acme")).isEqualTo(1);
                    assertThat(gauge(registry, "running", "acme")).isEqualTo(1);
                    assertThatThrownBy(() -> render.submit("acme", () -> null))
                            .isInstanceOf(RejectedTaskException.class);
                    waiting.cancel();
                    running.cancel();
                    finish.countDown();

                    await().untilAsserted(() ->
                            assertThat(gauge(registry, "running", "acme")).isZero());
                    assertThat(gauge(registry, "queued", "acme")).isZero();
                    assertThat(count(registry, "acme", "completed")).isEqualTo(1);
                    assertThat(count(registry, "acme", "failed")).isEqualTo(1);
                    assertThat(count(registry, "acme", "cancelled")).isEqualTo(1);
                    assertThat(count(registry, "acme", "suppressed")).isEqualTo(1);
                    assertThat(count(registry, "acme", "rejected")).isEqualTo(1);
                    assertThat(count(registry, "acme", "expired")).isZero();
                    assertThat(registry.get("fairway.scheduler.wait")
                                    .tags("scheduler", "render", "channel", "acme")
                                    .timer()
                                    .count())
                            .as("started")
                            .isEqualTo(3);
                    await().untilAsserted(() -> assertThat(registry.get("fairway.scheduler.run")
                                    .tags("scheduler", "render", "channel", "acme")
                                    .timer()
                                    .count())
                            .as("ran to an end")
                            .isEqualTo(2));
                });
    }

    @Test
    void workersAreAGaugeThatFollowsChanges() {
        runner.run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(registry.get("fairway.scheduler.workers")
                            .tag("scheduler", "render")
                            .gauge()
                            .value())
                    .isEqualTo(1);
            context.getBean(FairExecutor.class).workers(4);
            assertThat(registry.get("fairway.scheduler.workers").gauge().value())
                    .isEqualTo(4);
        });
    }

    @Test
    void onlySoManyChannelsHaveMetersOfTheirOwnAndTheRestIsCountedTogether() {
        runner.withPropertyValues("fairway.metrics.max-channels=2").run(context -> {
            FairExecutor render = context.getBean(FairExecutor.class);
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            for (int tenant = 1; tenant <= 5; tenant++) {
                for (int task = 0; task < tenant; task++) {
                    render.submit("tenant" + tenant, () -> 1).join();
                }
            }
            assertThat(channels(registry)).containsExactlyInAnyOrder("tenant1", "tenant2", "_other");
            assertThat(count(registry, "tenant2", "completed")).isEqualTo(2);
            assertThat(count(registry, "_other", "completed")).isEqualTo(3 + 4 + 5);
            assertThat(registry.get("fairway.scheduler.wait")
                            .tag("channel", "_other")
                            .timer()
                            .count())
                    .isEqualTo(3 + 4 + 5);
        });
    }

    @Test
    void aClosedChannelTakesItsMetersWithItAndMovesNothingIntoOther() {
        runner.withPropertyValues("fairway.metrics.max-channels=1").run(context -> {
            FairExecutor render = context.getBean(FairExecutor.class);
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            render.submit("first", () -> 1).join();
            render.submit("second", () -> 1).join();
            assertThat(channels(registry)).containsExactlyInAnyOrder("first", "_other");
            await().untilAsserted(() -> assertThat(render.stats().running()).isZero());

            render.findChannel("first").orElseThrow().close();
            await().untilAsserted(() -> assertThat(channels(registry)).containsExactly("_other"));
            assertThat(count(registry, "_other", "completed")).isEqualTo(1);

            render.submit("third", () -> 1).join();
            assertThat(channels(registry)).as("the place is free").containsExactlyInAnyOrder("third", "_other");
            assertThat(count(registry, "third", "completed")).isEqualTo(1);
            assertThat(count(registry, "_other", "completed")).isEqualTo(1);
        });
    }

    @Test
    void aChannelThatLeavesOtherStartsFromZeroAndOtherNeverGoesDown() {
        runner.withPropertyValues("fairway.metrics.max-channels=1").run(context -> {
            FairExecutor render = context.getBean(FairExecutor.class);
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            render.submit("first", () -> 1).join();
            render.submit("second", () -> 1).join();
            await().untilAsserted(() -> assertThat(render.stats().running()).isZero());
            render.findChannel("first").orElseThrow().close();
            await().untilAsserted(() -> assertThat(channels(registry)).containsExactly("_other"));

            render.submit("second", () -> 1).join();
            assertThat(channels(registry)).containsExactlyInAnyOrder("second", "_other");
            assertThat(count(registry, "second", "completed")).isEqualTo(1);
            assertThat(count(registry, "_other", "completed")).isEqualTo(1);
        });
    }

    @Test
    void theLazyDefaultIsNotWokenUpAndHasMetersOnceItIsThere() {
        bare.withBean(SimpleMeterRegistry.class).run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(registry.getMeters()).isEmpty();
            assertThat(context.getBeanFactory().containsSingleton("fairExecutor"))
                    .isFalse();
            context.getBean(FairExecutor.class).submit("acme", () -> 1).join();
            assertThat(registry.get("fairway.scheduler.tasks")
                            .tags("scheduler", "fairExecutor", "channel", "acme", "outcome", "completed")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
        });
    }

    @Test
    void aSchedulerThatTheApplicationBuiltWithoutUsIsCountedAsAWhole() {
        bare.withBean(SimpleMeterRegistry.class)
                .withUserConfiguration(Own.class)
                .run(context -> {
                    context.getBean("own", FairExecutor.class)
                            .submit("acme", () -> 1)
                            .join();
                    MeterRegistry registry = context.getBean(MeterRegistry.class);
                    assertThat(registry.get("fairway.scheduler.tasks")
                                    .tags("scheduler", "own", "channel", "_other", "outcome", "completed")
                                    .functionCounter()
                                    .count())
                            .isEqualTo(1);
                });
    }

    @Test
    void worksWithTheRegistriesOfBoot() {
        bare.withConfiguration(AutoConfigurations.of(
                        MetricsAutoConfiguration.class,
                        CompositeMeterRegistryAutoConfiguration.class,
                        SimpleMetricsExportAutoConfiguration.class))
                .withPropertyValues("fairway.schedulers.render.workers=2")
                .run(context -> assertThat(context.getBean(MeterRegistry.class)
                                .get("fairway.scheduler.workers")
                                .gauge()
                                .value())
                        .isEqualTo(2));
    }

    @Test
    void worksWithSeveralRegistriesAndNoPrimaryOne() {
        bare.withBean("one", SimpleMeterRegistry.class)
                .withBean("two", SimpleMeterRegistry.class)
                .withPropertyValues("fairway.schedulers.render.workers=2")
                .run(context -> assertThat(
                                context.getBeansOfType(MeterRegistry.class).values())
                        .hasSize(2)
                        .allSatisfy(registry -> assertThat(registry.get("fairway.scheduler.workers")
                                        .gauge()
                                        .value())
                                .isEqualTo(2)));
    }

    @Test
    void thereAreNoMetersWithoutMicrometer() {
        bare.withClassLoader(new FilteredClassLoader("io.micrometer"))
                .withPropertyValues("fairway.schedulers.render.workers=2")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(FairExecutor.class)
                        .doesNotHaveBean(FairwayMeters.class));
    }

    @Test
    void thereAreNoMetersWithoutARegistry() {
        bare.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(FairwayMeters.class));
    }

    /** In Prometheus' spelling: dots are underscores, counters end in _total, timers in _seconds and a part. */
    @Test
    void theDashboardAsksForMetersThatExist() throws IOException {
        String dashboard = Files.readString(Path.of("../docs/grafana/fairway-schedulers.json"));
        Set<String> asked = new TreeSet<>();
        Matcher names = Pattern.compile("fairway_(scheduler|coordinator|dispatcher)_[a-z_]+")
                .matcher(dashboard);
        while (names.find()) {
            asked.add(names.group());
        }
        runner.withPropertyValues("fairway.coordinators.cats=", "fairway.dispatchers.ledger.receivers=index")
                .run(context -> {
                    context.getBean(FairExecutor.class).submit("acme", () -> 1).join();
                    context.getBean(CoordinatorBeans.class).all().values().forEach(FairwayMetricsTest::addWorker);
                    Set<String> there = context.getBean(MeterRegistry.class).getMeters().stream()
                            .map(Meter::getId)
                            .flatMap(id -> prometheusNames(id).stream())
                            .collect(Collectors.toSet());
                    assertThat(asked).isNotEmpty().isSubsetOf(there);
                    assertThat(asked.stream()
                                    .map(name -> name.split("_")[1] + " " + name.split("_")[2])
                                    .collect(Collectors.toSet()))
                            .as("kinds of meters that are shown")
                            .containsExactlyInAnyOrder(
                                    "scheduler tasks",
                                    "scheduler wait",
                                    "scheduler run",
                                    "scheduler queued",
                                    "scheduler running",
                                    "scheduler workers",
                                    "coordinator tasks",
                                    "coordinator queued",
                                    "coordinator ewma",
                                    "coordinator state",
                                    "dispatcher sent",
                                    "dispatcher clock",
                                    "dispatcher lag",
                                    "dispatcher blocked");
                });
    }

    private static <T, R> void addWorker(Coordinator<T, R> coordinator) {
        coordinator.addWorker("maple", task -> {
            throw new IllegalStateException("no task was expected");
        });
    }

    private static Set<String> prometheusNames(Meter.Id id) {
        String name = id.getName().replace('.', '_');
        String withUnit =
                id.getBaseUnit() == null || name.endsWith(id.getBaseUnit()) ? name : name + "_" + id.getBaseUnit();
        return switch (id.getType()) {
            case COUNTER -> Set.of(withUnit + "_total");
            case TIMER ->
                Set.of(name + "_seconds_count", name + "_seconds_sum", name + "_seconds_max", name + "_seconds_bucket");
            default -> Set.of(withUnit);
        };
    }

    private static Set<String> channels(MeterRegistry registry) {
        return registry.getMeters().stream()
                .map(meter -> meter.getId().getTag("channel"))
                .filter(channel -> channel != null)
                .collect(Collectors.toSet());
    }

    private static double gauge(MeterRegistry registry, String name, String channel) {
        return registry.get("fairway.scheduler." + name)
                .tags("scheduler", "render", "channel", channel)
                .gauge()
                .value();
    }

    private static double count(MeterRegistry registry, String channel, String outcome) {
        return registry.get("fairway.scheduler.tasks")
                .tags("scheduler", "render", "channel", channel, "outcome", outcome)
                .functionCounter()
                .count();
    }

    @Configuration(proxyBeanMethods = false)
    static class Own {
        @Bean
        FairExecutor own() {
            return FairExecutor.builder().build();
        }
    }
}
