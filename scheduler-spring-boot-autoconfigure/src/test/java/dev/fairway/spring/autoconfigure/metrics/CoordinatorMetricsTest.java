package dev.fairway.spring.autoconfigure.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;
import static org.awaitility.Awaitility.await;

import dev.fairway.Completed;
import dev.fairway.RejectedTaskException;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.coordinator.Affinity;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.coordinator.NoSuchWorkerException;
import dev.fairway.spring.autoconfigure.CoordinatorBeans;
import dev.fairway.spring.autoconfigure.CoordinatorFactory;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class CoordinatorMetricsTest {
    private final ApplicationContextRunner bare = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(FairwayAutoConfiguration.class, FairwayMetricsAutoConfiguration.class));
    private final ApplicationContextRunner runner =
            bare.withBean(SimpleMeterRegistry.class).withPropertyValues("fairway.coordinators.cats.capacity=1");

    @Test
    void tasksAreCountedByWorkerAffinityAndOutcome() {
        runner.run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            Coordinator<String, String> cats = cats(context);
            cats.addWorker("maple", CoordinatorMetricsTest::purr);
            cats.submit("any").join();
            cats.submit("prefer", Affinity.prefer("maple")).join();
            cats.submit("prefer", Affinity.prefer("oktocat")).join();
            assertThatThrownBy(cats.submit("hiss", Affinity.require("maple"))::join)
                    .isInstanceOf(TaskFailedException.class);

            assertThat(tasks(registry, "maple", "any", "completed")).isEqualTo(1);
            assertThat(tasks(registry, "maple", "prefer", "completed")).isEqualTo(2);
            assertThat(tasks(registry, "maple", "require", "completed")).isZero();
            assertThat(tasks(registry, "maple", "require", "failed")).isEqualTo(1);
            assertThat(tasks(registry, "maple", "any", "cancelled")).isZero();
        });
    }

    @Test
    void whatNoWorkerHasStartedIsCountedApart() {
        runner.run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            Coordinator<String, String> cats = cats(context);
            TaskHandle<Completed<String>> waiting = cats.submit("waits for the first worker");
            assertThat(queued(registry, "_none")).isEqualTo(1);
            assertThatThrownBy(() -> cats.submit("one too many")).isInstanceOf(RejectedTaskException.class);
            waiting.cancel();
            assertThatThrownBy(cats.submit("nobody", Affinity.require("maple"))::join)
                    .isInstanceOf(NoSuchWorkerException.class);

            assertThat(queued(registry, "_none")).isZero();
            assertThat(tasks(registry, "_none", "_none", "cancelled")).isEqualTo(1);
            assertThat(tasks(registry, "_none", "_none", "refused")).isEqualTo(1);
            assertThat(tasks(registry, "_none", "_none", "rejected")).isEqualTo(1);
        });
    }

    @Test
    void waitingTasksMeansAndStatesAreGauges() {
        runner.run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            Coordinator<String, String> cats = cats(context);
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            cats.addWorker("maple", task -> {
                started.countDown();
                go.await();
                return task;
            });
            assertThat(state(registry, "maple", "idle")).isEqualTo(1);
            TaskHandle<Completed<String>> running = cats.submit("runs");
            started.await();
            TaskHandle<Completed<String>> waiting = cats.submit("waits", Affinity.require("maple"));
            assertThat(queued(registry, "maple")).isEqualTo(1);
            assertThat(queued(registry, "_none")).isZero();
            assertThat(state(registry, "maple", "idle")).isZero();
            assertThat(state(registry, "maple", "busy")).isEqualTo(1);
            assertThat(ewma(registry, "maple")).isZero();

            go.countDown();
            running.join();
            waiting.join();
            await().untilAsserted(
                            () -> assertThat(state(registry, "maple", "idle")).isEqualTo(1));
            double seconds = cats.stats("maple").orElseThrow().ewma().toNanos() / 1e9;
            assertThat(seconds).isPositive();
            assertThat(ewma(registry, "maple")).isCloseTo(seconds, withPercentage(5));
            cats.quarantine("maple");
            assertThat(state(registry, "maple", "quarantined")).isEqualTo(1);
            assertThat(state(registry, "maple", "idle")).isZero();
        });
    }

    @Test
    void onlySoManyWorkersHaveMetersOfTheirOwnAndTheRestIsCountedTogether() {
        runner.withPropertyValues("fairway.metrics.max-workers=2").run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            Coordinator<String, String> cats = cats(context);
            for (int cat = 1; cat <= 5; cat++) {
                cats.addWorker("cat" + cat, CoordinatorMetricsTest::purr);
                for (int task = 0; task < cat; task++) {
                    cats.submit("task", Affinity.require("cat" + cat)).join();
                }
            }
            cats.quarantine("cat4");
            await().untilAsserted(() -> assertThat(cats.stats().running()).isZero());
            assertThat(workers(registry)).containsExactlyInAnyOrder("cat1", "cat2", "_other", "_none");
            assertThat(tasks(registry, "cat2", "require", "completed")).isEqualTo(2);
            assertThat(tasks(registry, "_other", "require", "completed")).isEqualTo(3 + 4 + 5);
            assertThat(state(registry, "_other", "idle")).isEqualTo(2);
            assertThat(state(registry, "_other", "quarantined")).isEqualTo(1);
            assertThat(queued(registry, "_other")).isZero();
        });
    }

    @Test
    void aRemovedWorkerTakesItsMetersWithItAndLeavesItsPlaceToAnotherThatStartsFromZero() {
        runner.withPropertyValues("fairway.metrics.max-workers=1").run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            Coordinator<String, String> cats = cats(context);
            cats.addWorker("maple", CoordinatorMetricsTest::purr);
            cats.addWorker("oktocat", CoordinatorMetricsTest::purr);
            cats.submit("task", Affinity.require("maple")).join();
            cats.submit("task", Affinity.require("oktocat")).join();
            assertThat(tasks(registry, "maple", "require", "completed")).isEqualTo(1);
            assertThat(tasks(registry, "_other", "require", "completed")).isEqualTo(1);
            await().untilAsserted(() -> assertThat(cats.stats().running()).isZero());

            cats.removeWorker("maple");
            assertThat(workers(registry)).containsExactlyInAnyOrder("oktocat", "_other", "_none");
            assertThat(tasks(registry, "oktocat", "require", "completed")).isZero();
            cats.submit("task", Affinity.require("oktocat")).join();
            assertThat(tasks(registry, "oktocat", "require", "completed")).isEqualTo(1);
            assertThat(tasks(registry, "_other", "require", "completed"))
                    .as("nothing of those with places of their own moves into it")
                    .isEqualTo(1);

            cats.removeWorker("oktocat");
            assertThat(workers(registry)).containsExactlyInAnyOrder("_other", "_none");
        });
    }

    @Test
    void aWorkerThatComesBackCountsFromZeroAndOneThatIsReplacedGoesOn() {
        runner.run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            Coordinator<String, String> cats = cats(context);
            cats.addWorker("maple", CoordinatorMetricsTest::purr);
            cats.submit("task").join();
            cats.addWorker("maple", CoordinatorMetricsTest::purr);
            assertThat(tasks(registry, "maple", "any", "completed")).isEqualTo(1);
            await().until(() -> !cats.stats("maple").orElseThrow().busy());
            cats.removeWorker("maple");
            assertThat(workers(registry)).containsExactly("_none");
            cats.addWorker("maple", CoordinatorMetricsTest::purr);
            assertThat(tasks(registry, "maple", "any", "completed")).isZero();
            cats.submit("task").join();
            assertThat(tasks(registry, "maple", "any", "completed")).isEqualTo(1);
        });
    }

    @Test
    void theLazyDefaultIsNotWokenUpAndHasMetersOnceItIsThere() {
        bare.withBean(SimpleMeterRegistry.class).run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(registry.getMeters()).isEmpty();
            assertThat(context.getBeanFactory().containsSingleton("coordinator"))
                    .isFalse();
            coordinator(context, "coordinator").addWorker("maple", CoordinatorMetricsTest::purr);
            assertThat(registry.get("fairway.coordinator.state")
                            .tags("coordinator", "coordinator", "worker", "maple", "state", "idle")
                            .gauge()
                            .value())
                    .isEqualTo(1);
        });
    }

    @Test
    void aCoordinatorThatIsNoBeanHasMetersToo() {
        bare.withBean(SimpleMeterRegistry.class).run(context -> {
            Coordinator<String, String> dogs =
                    context.getBean(CoordinatorFactory.class).coordinator("dogs");
            dogs.addWorker("rex", CoordinatorMetricsTest::purr);
            context.getBean(CoordinatorBeans.class).register("dogs", dogs);
            dogs.addWorker("laika", CoordinatorMetricsTest::purr);
            assertThat(workers(context.getBean(MeterRegistry.class)))
                    .containsExactlyInAnyOrder("rex", "laika", "_none");
        });
    }

    @Test
    void workersThatComeLaterToACoordinatorThatTheApplicationBuiltWithoutUsAreCountedTogether() {
        bare.withBean(SimpleMeterRegistry.class)
                .withUserConfiguration(Own.class)
                .run(context -> {
                    MeterRegistry registry = context.getBean(MeterRegistry.class);
                    Coordinator<String, String> cats = cats(context);
                    cats.addWorker("oktocat", CoordinatorMetricsTest::purr);
                    cats.submit("task", Affinity.require("maple")).join();
                    cats.submit("task", Affinity.require("oktocat")).join();
                    assertThat(workers(registry)).containsExactlyInAnyOrder("maple", "_other", "_none");
                    assertThat(tasks(registry, "maple", "require", "completed")).isEqualTo(1);
                    assertThat(tasks(registry, "_other", "require", "completed"))
                            .isEqualTo(1);
                });
    }

    @Test
    void thereAreNoMetersWithoutMicrometer() {
        bare.withClassLoader(new FilteredClassLoader("io.micrometer"))
                .withPropertyValues("fairway.coordinators.cats=")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(Coordinator.class)
                        .doesNotHaveBean(FairwayMeters.class));
    }

    private static String purr(String task) {
        if (task.equals("hiss")) {
            throw new IllegalStateException(task);
        }
        return "purr";
    }

    @SuppressWarnings("unchecked")
    private static Coordinator<String, String> coordinator(BeanFactory context, String name) {
        return context.getBean(name, Coordinator.class);
    }

    private static Coordinator<String, String> cats(BeanFactory context) {
        return coordinator(context, "cats");
    }

    private static Set<String> workers(MeterRegistry registry) {
        return registry.getMeters().stream()
                .map(Meter::getId)
                .map(id -> id.getTag("worker"))
                .collect(Collectors.toSet());
    }

    private static double tasks(MeterRegistry registry, String worker, String affinity, String outcome) {
        return registry.get("fairway.coordinator.tasks")
                .tags("coordinator", "cats", "worker", worker, "affinity", affinity, "outcome", outcome)
                .functionCounter()
                .count();
    }

    private static double queued(MeterRegistry registry, String worker) {
        return registry.get("fairway.coordinator.queued")
                .tags("coordinator", "cats", "worker", worker)
                .gauge()
                .value();
    }

    private static double ewma(MeterRegistry registry, String worker) {
        return registry.get("fairway.coordinator.ewma")
                .tags("coordinator", "cats", "worker", worker)
                .timeGauge()
                .value(TimeUnit.SECONDS);
    }

    private static double state(MeterRegistry registry, String worker, String state) {
        return registry.get("fairway.coordinator.state")
                .tags("coordinator", "cats", "worker", worker, "state", state)
                .gauge()
                .value();
    }

    @Configuration(proxyBeanMethods = false)
    static class Own {
        @Bean
        Coordinator<String, String> cats() {
            Coordinator<String, String> cats =
                    Coordinator.<String, String>builder().build();
            cats.addWorker("maple", CoordinatorMetricsTest::purr);
            return cats;
        }
    }
}
