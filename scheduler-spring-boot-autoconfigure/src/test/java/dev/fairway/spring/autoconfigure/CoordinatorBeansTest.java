package dev.fairway.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.Completed;
import dev.fairway.RejectedTaskException;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.coordinator.Affinity;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.coordinator.WorkerState;
import dev.fairway.scheduler.FairExecutor;
import dev.fairway.spring.CoordinatorConfigurer;
import dev.fairway.spring.CoordinatorCustomizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

class CoordinatorBeansTest {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(FairwayAutoConfiguration.class));

    @Test
    void eachEntryIsABeanOfItsNameWithItsSettings() {
        runner.withPropertyValues(
                        "fairway.coordinators.cats.capacity=64",
                        "fairway.coordinators.cats.drain-timeout=7s",
                        "fairway.coordinators.dogs.queue-threshold=0")
                .run(context -> {
                    assertThat(context).hasNotFailed().doesNotHaveBean("coordinator");
                    assertThat(context.getBeanNamesForType(Coordinator.class))
                            .containsExactlyInAnyOrder("cats", "dogs");
                    Coordinator<?, ?> cats = context.getBean("cats", Coordinator.class);
                    assertThat(cats.name()).isEqualTo("cats");
                    assertThat(cats.stats().capacity()).isEqualTo(64);
                    assertThat(cats.drainTimeout()).isEqualTo(Duration.ofSeconds(7));
                });
    }

    @Test
    void anEntryWithoutSettingsIsACoordinator() {
        runner.withPropertyValues("fairway.coordinators.cats=")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(Coordinator.class)
                        .hasBean("cats"));
    }

    @Test
    void isInjectedByTypeWhenThereIsOneWhateverItsTasksAndResults() {
        runner.withPropertyValues("fairway.coordinators.cats=")
                .withBean(Vet.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    Coordinator<String, Integer> cats = context.getBean(Vet.class).cats;
                    cats.addWorker("maple", String::length);
                    assertThat(cats.submit("purr").join()).isEqualTo(new Completed<>(4, "maple"));
                });
    }

    @Test
    void isInjectedByNameWhenThereAreSeveral() {
        runner.withPropertyValues("fairway.coordinators.cats=", "fairway.coordinators.dogs=")
                .withBean(Kennel.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(Kennel.class).named).isSameAs(context.getBean("cats"));
                    assertThat(context.getBean(Kennel.class).qualified).isSameAs(context.getBean("dogs"));
                });
    }

    @Test
    void theQueueThresholdOfTheEntryCounts() {
        runner.withPropertyValues("fairway.coordinators.cats.queue-threshold=1").run(context -> {
            Coordinator<Integer, Integer> cats = coordinator(context, "cats");
            CountDownLatch go = new CountDownLatch(1);
            cats.addWorker("maple", task -> {
                go.await();
                return task;
            });
            cats.submit(0, Affinity.require("maple"));
            for (int task = 1; task <= 3; task++) {
                cats.submit(task, Affinity.prefer("maple"));
            }
            assertThat(cats.stats("maple").orElseThrow().waiting())
                    .as("the others wait for anybody")
                    .isEqualTo(1);
            go.countDown();
        });
    }

    @Test
    void theTimeoutAndTheFailuresToQuarantineOfTheEntryCount() {
        runner.withPropertyValues(
                        "fairway.coordinators.cats.task-timeout=1ms",
                        "fairway.coordinators.cats.failures-to-quarantine=1",
                        "fairway.coordinators.cats.quarantine-back-off.first=1h")
                .run(context -> {
                    Coordinator<Integer, Integer> cats = coordinator(context, "cats");
                    cats.addWorker("maple", task -> {
                        new CountDownLatch(1).await();
                        return task;
                    });
                    assertThatThrownBy(cats.submit(1)::join)
                            .isInstanceOf(TaskFailedException.class)
                            .hasCauseInstanceOf(TimeoutException.class);
                    cats.submit(2, Affinity.require("maple")).completion().exceptionally(failure -> null);
                    org.awaitility.Awaitility.await()
                            .until(() -> cats.stats("maple").orElseThrow().state() == WorkerState.QUARANTINED);
                });
    }

    @Test
    void withoutEntriesThereIsOneDefaultThatNothingWakesUp() {
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBeanFactory().containsSingleton("coordinator"))
                    .as("created before somebody asked")
                    .isFalse();
            assertThat(context.getBean(CoordinatorBeans.class).all()).isEmpty();
            assertThat(context.getBean(Coordinator.class)).isSameAs(context.getBean("coordinator"));
            assertThat(context.getBean(CoordinatorBeans.class).all()).containsOnlyKeys("coordinator");
        });
    }

    @Test
    void thereIsNoDefaultBesideACoordinatorOfTheApplication() {
        runner.withUserConfiguration(OwnCats.class)
                .run(context ->
                        assertThat(context).doesNotHaveBean("coordinator").hasSingleBean(Coordinator.class));
    }

    @Test
    void aBeanOfTheSameNameAndTypeReplacesTheEntry() {
        runner.withUserConfiguration(OwnCats.class)
                .withPropertyValues("fairway.coordinators.cats.capacity=3")
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(Coordinator.class);
                    assertThat(context.getBean(Coordinator.class).stats().capacity())
                            .isEqualTo(7);
                });
    }

    @Test
    void anotherBeanOfTheNameOfAnEntryFailsTheStartNamingBoth() {
        runner.withBean("cats", StringBuilder.class, StringBuilder::new)
                .withPropertyValues("fairway.coordinators.cats.capacity=3")
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(FairwayConfigurationException.class)
                        .hasMessageContaining("fairway.coordinators.cats")
                        .hasMessageContaining("bean 'cats' of type java.lang.StringBuilder"));
    }

    @Test
    void aSchedulerAndACoordinatorOfOneNameFailTheStartNamingBoth() {
        runner.withPropertyValues("fairway.schedulers.render.workers=3", "fairway.coordinators.render=")
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(FairwayConfigurationException.class)
                        .hasMessageContaining("property fairway.schedulers.render")
                        .hasMessageContaining("property fairway.coordinators.render"));
    }

    @Test
    void aDefaultGivesWayToAnEntryOfAnotherKind() {
        runner.withPropertyValues("fairway.coordinators.fairExecutor=").run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(FairExecutor.class);
            assertThat(context.getBean("fairExecutor")).isInstanceOf(Coordinator.class);
        });
        runner.withPropertyValues("fairway.schedulers.coordinator=").run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(Coordinator.class);
            assertThat(context.getBean("coordinator")).isInstanceOf(FairExecutor.class);
        });
    }

    @Test
    void customizersHaveTheLastWordInTheirOrder() {
        runner.withUserConfiguration(Customizers.class)
                .withPropertyValues("fairway.coordinators.cats.capacity=3")
                .run(context -> {
                    assertThat(context.getBean(Customizers.class).calls).containsExactly("first cats", "second cats");
                    assertThat(coordinator(context, "cats").stats().capacity()).isEqualTo(6);
                });
    }

    @Test
    void aCoordinatorThatTheApplicationBuildsTakesTheEntrysSettingsThroughTheConfigurer() {
        runner.withUserConfiguration(ConfiguredByHand.class)
                .withPropertyValues("fairway.coordinators.replicas.capacity=5")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    Coordinator<?, ?> replicas = context.getBean(Coordinator.class);
                    assertThat(replicas.stats().capacity()).isEqualTo(5);
                    assertThat(replicas.name()).isEqualTo("replicas");
                });
    }

    @Test
    void oneThatIsMadeWithoutAnEntryIsSeenUnderItsNameNotByTypeAndClosedWithTheApplication() {
        List<Coordinator<?, ?>> made = new ArrayList<>();
        runner.withUserConfiguration(OwnCats.class).run(context -> {
            CoordinatorBeans beans = context.getBean(CoordinatorBeans.class);
            List<String> told = new ArrayList<>();
            beans.onEach((name, coordinator) -> told.add(name));
            Coordinator<String, String> dogs =
                    context.getBean(CoordinatorFactory.class).coordinator("dogs");
            beans.register("dogs", dogs);
            made.add(dogs);
            assertThat(dogs.name()).isEqualTo("dogs");
            assertThat(beans.find("dogs")).containsSame(dogs);
            assertThat(told).containsExactly("cats", "dogs");
            assertThat(context.getBeanNamesForType(Coordinator.class)).containsExactly("cats");
            assertThatThrownBy(() -> beans.register("cats", dogs))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("there is another coordinator 'cats'");
        });
        assertThat(made)
                .singleElement()
                .satisfies(dogs ->
                        assertThatThrownBy(() -> submitNothing(dogs)).isInstanceOf(RejectedTaskException.class));
    }

    @SuppressWarnings("unchecked")
    private static void submitNothing(Coordinator<?, ?> coordinator) {
        ((Coordinator<Object, Object>) coordinator).submit("nothing");
    }

    @Test
    void whatCountsAsAFailureMayBeSaidAfterTheBeanWasMade() {
        runner.withPropertyValues("fairway.coordinators.cats.failures-to-quarantine=1")
                .run(context -> {
                    Coordinator<String, String> cats = coordinator(context, "cats");
                    CoordinatorFactory factory = context.getBean(CoordinatorFactory.class);
                    factory.failureIf("cats", thrown -> !(thrown instanceof IllegalArgumentException));
                    cats.addWorker("maple", task -> {
                        throw task.isEmpty() ? new IllegalArgumentException() : new IllegalStateException();
                    });
                    fail(cats, "");
                    assertThat(cats.stats("maple").orElseThrow().state()).isNotEqualTo(WorkerState.QUARANTINED);
                    fail(cats, "purr");
                    org.awaitility.Awaitility.await()
                            .until(() -> cats.stats("maple").orElseThrow().state() == WorkerState.QUARANTINED);
                });
    }

    private static void fail(Coordinator<String, String> cats, String task) {
        TaskHandle<Completed<String>> handle = cats.submit(task, Affinity.require("maple"));
        assertThatThrownBy(handle::join).isInstanceOf(TaskFailedException.class);
    }

    @Test
    void workersPerBeanIsThatOfTheEntryElseOne() {
        runner.withPropertyValues("fairway.coordinators.cats.workers-per-bean=4")
                .run(context -> {
                    CoordinatorFactory factory = context.getBean(CoordinatorFactory.class);
                    assertThat(factory.workersPerBean("cats")).isEqualTo(4);
                    assertThat(factory.workersPerBean("dogs")).isEqualTo(1);
                });
    }

    @SuppressWarnings("unchecked")
    private static <T, R> Coordinator<T, R> coordinator(
            org.springframework.beans.factory.BeanFactory context, String name) {
        return context.getBean(name, Coordinator.class);
    }

    static class Vet {
        final Coordinator<String, Integer> cats;

        Vet(Coordinator<String, Integer> cats) {
            this.cats = cats;
        }
    }

    static class Kennel {
        final Coordinator<String, Integer> named;
        final Coordinator<String, List<String>> qualified;

        Kennel(Coordinator<String, Integer> cats, @Qualifier("dogs") Coordinator<String, List<String>> strays) {
            this.named = cats;
            this.qualified = strays;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnCats {
        @Bean
        Coordinator<String, String> cats() {
            return Coordinator.<String, String>builder().capacity(7).build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ConfiguredByHand {
        @Bean
        Coordinator<String, Integer> replicas(CoordinatorConfigurer configurer) {
            return configurer
                    .configure("replicas", Coordinator.<String, Integer>builder())
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizers {
        final List<String> calls = new ArrayList<>();

        @Bean
        @Order(2)
        CoordinatorCustomizer second() {
            return (name, builder) -> {
                calls.add("second " + name);
                builder.capacity(6);
            };
        }

        @Bean
        @Order(1)
        CoordinatorCustomizer first() {
            return (name, builder) -> {
                calls.add("first " + name);
                builder.capacity(5);
            };
        }
    }
}
