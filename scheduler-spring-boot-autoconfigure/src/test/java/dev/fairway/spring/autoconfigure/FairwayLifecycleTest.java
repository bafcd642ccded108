package dev.fairway.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairway.Completed;
import dev.fairway.RejectedTaskException;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.coordinator.Affinity;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.scheduler.FairExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@ExtendWith(OutputCaptureExtension.class)
class FairwayLifecycleTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(FairwayAutoConfiguration.class, LifecycleAutoConfiguration.class))
            .withPropertyValues("fairway.schedulers.render.workers=1");

    @Test
    void stopsAfterTheWebServer() {
        assertThat(FairwayLifecycle.PHASE)
                .isLessThan(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE)
                .isLessThan(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE);
    }

    @Test
    void closingFinishesWhatWasAcceptedBetweenTheServerAndTheDataSource() {
        runner.withUserConfiguration(Neighbours.class).run(context -> {
            Neighbours neighbours = context.getBean(Neighbours.class);
            FairExecutor render = context.getBean(FairExecutor.class);
            CountDownLatch go = new CountDownLatch(1);
            neighbours.whenServerStops = go::countDown;
            List<TaskHandle<String>> tasks = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                String name = "task " + i;
                tasks.add(render.submit("acme", () -> {
                    go.await();
                    neighbours.events.add(name);
                    return name;
                }));
            }
            context.getSourceApplicationContext().close();
            assertThat(tasks).extracting(TaskHandle::state).containsOnly(TaskState.COMPLETED);
            assertThat(neighbours.events)
                    .containsExactly("server stopped", "task 0", "task 1", "task 2", "data source closed");
            assertThatThrownBy(() -> render.submit("acme", () -> 1)).isInstanceOf(RejectedTaskException.class);
        });
    }

    @Test
    void eachSchedulersDrainTimeoutCountsAndWhatIsLeftIsReported(CapturedOutput output) {
        runner.withPropertyValues("fairway.schedulers.render.drain-timeout=1ms")
                .withUserConfiguration(Neighbours.class)
                .run(context -> {
                    Neighbours neighbours = context.getBean(Neighbours.class);
                    leaveBehind(context.getBean(FairExecutor.class), neighbours);
                    context.getSourceApplicationContext().close();
                    assertThat(neighbours.events)
                            .containsExactly("server stopped", "interrupted", "data source closed");
                    assertThat(output.getOut())
                            .containsOnlyOnce("Scheduler 'render' did not finish within 1 ms")
                            .contains("channel 'acme': 2 never ran, 1 still running");
                });
    }

    @Test
    void theDeadlineOfThePhaseCountsForAllSchedulersTogether(CapturedOutput output) {
        runner.withPropertyValues(
                        "fairway.schedulers.mail.workers=1",
                        "fairway.schedulers.render.drain-timeout=1h",
                        "fairway.schedulers.mail.drain-timeout=1h",
                        "spring.lifecycle.timeout-per-shutdown-phase=2s")
                .withUserConfiguration(Neighbours.class)
                .run(context -> {
                    Neighbours neighbours = context.getBean(Neighbours.class);
                    leaveBehind(context.getBean("render", FairExecutor.class), neighbours);
                    leaveBehind(context.getBean("mail", FairExecutor.class), neighbours);
                    context.getSourceApplicationContext().close();
                    assertThat(neighbours.events)
                            .containsExactly("server stopped", "interrupted", "interrupted", "data source closed");
                    assertThat(output.getOut()).contains("Scheduler 'render' did", "Scheduler 'mail' did");
                });
    }

    @Test
    void coordinatorsAcceptUntilTheSchedulersHaveDrainedAndDrainThen() {
        runner.withPropertyValues("fairway.coordinators.cats=")
                .withUserConfiguration(Neighbours.class)
                .run(context -> {
                    Neighbours neighbours = context.getBean(Neighbours.class);
                    Coordinator<String, Boolean> cats = cats(context);
                    cats.addWorker("maple", neighbours.events::add);
                    FairExecutor render = context.getBean(FairExecutor.class);
                    List<TaskHandle<Completed<Boolean>>> late = new CopyOnWriteArrayList<>();
                    render.submit("acme", () -> {
                        await().until(render::isClosed); // it drains
                        cats.submit("asked for while the scheduler drained").join();
                        late.add(cats.submit("left for the coordinator to finish"));
                        return null;
                    });
                    context.getSourceApplicationContext().close();
                    assertThat(neighbours.events)
                            .containsExactly(
                                    "server stopped",
                                    "asked for while the scheduler drained",
                                    "left for the coordinator to finish",
                                    "data source closed");
                    assertThat(late).extracting(TaskHandle::state).containsExactly(TaskState.COMPLETED);
                    assertThatThrownBy(() -> cats.submit("late")).isInstanceOf(RejectedTaskException.class);
                });
    }

    @Test
    void whatACoordinatorLeavesIsReportedByWorker(CapturedOutput output) {
        runner.withPropertyValues("fairway.coordinators.cats.drain-timeout=1ms")
                .withUserConfiguration(Neighbours.class)
                .run(context -> {
                    Neighbours neighbours = context.getBean(Neighbours.class);
                    leaveBehind(cats(context), neighbours);
                    context.getSourceApplicationContext().close();
                    assertThat(neighbours.events)
                            .containsExactly("server stopped", "interrupted", "data source closed");
                    assertThat(output.getOut())
                            .containsOnlyOnce("Coordinator 'cats' did not finish within 1 ms: 2 tasks never ran,"
                                    + " 1 were still running (worker 'maple': 2 never ran, 1 still running)");
                });
    }

    @Test
    void theDeadlineOfThePhaseCountsForAllKindsTogether(CapturedOutput output) {
        runner.withPropertyValues(
                        "fairway.schedulers.render.drain-timeout=1h",
                        "fairway.coordinators.cats.drain-timeout=1h",
                        "spring.lifecycle.timeout-per-shutdown-phase=2s")
                .withUserConfiguration(Neighbours.class)
                .run(context -> {
                    Neighbours neighbours = context.getBean(Neighbours.class);
                    leaveBehind(context.getBean(FairExecutor.class), neighbours);
                    leaveBehind(cats(context), neighbours);
                    context.getSourceApplicationContext().close();
                    assertThat(neighbours.events)
                            .containsExactly("server stopped", "interrupted", "interrupted", "data source closed");
                    assertThat(output.getOut())
                            .contains("Scheduler 'render' did not", "Coordinator 'cats' did not finish within 0 ms");
                });
    }

    @Test
    void aCoordinatorThatIsNoBeanIsDrainedToo() {
        runner.withUserConfiguration(Neighbours.class).run(context -> {
            Neighbours neighbours = context.getBean(Neighbours.class);
            Coordinator<String, Boolean> dogs =
                    context.getBean(CoordinatorFactory.class).coordinator("dogs");
            context.getBean(CoordinatorBeans.class).register("dogs", dogs);
            CountDownLatch go = new CountDownLatch(1);
            neighbours.whenServerStops = go::countDown;
            dogs.addWorker("rex", task -> {
                go.await();
                return neighbours.events.add(task);
            });
            dogs.submit("bark");
            context.getSourceApplicationContext().close();
            assertThat(neighbours.events).containsExactly("server stopped", "bark", "data source closed");
        });
    }

    @SuppressWarnings("unchecked")
    private static Coordinator<String, Boolean> cats(BeanFactory context) {
        return context.getBean("cats", Coordinator.class);
    }

    private static void leaveBehind(Coordinator<String, Boolean> cats, Neighbours neighbours)
            throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        cats.addWorker("maple", task -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                neighbours.events.add("interrupted");
            }
            return true;
        });
        cats.submit("running");
        started.await();
        cats.submit("waiting", Affinity.require("maple"));
        cats.submit("waiting", Affinity.require("maple"));
    }

    private static void leaveBehind(FairExecutor executor, Neighbours neighbours) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        TaskHandle<Object> running = executor.submit("acme", () -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                neighbours.events.add("interrupted");
            }
            return null;
        });
        started.await();
        assertThat(running.state()).isEqualTo(TaskState.PROCESSING);
        executor.submit("acme", () -> 1);
        executor.submit("acme", () -> 2);
    }

    @Test
    void leavesTimeForInterruptedTasks() {
        assertThat(FairwayLifecycle.limit(Duration.ofSeconds(30))).isEqualTo(Duration.ofMillis(27_500));
        assertThat(FairwayLifecycle.limit(Duration.ofSeconds(4))).isEqualTo(Duration.ofSeconds(3));
        assertThat(FairwayLifecycle.limit(Duration.ZERO)).isZero();
    }

    @Test
    void pausingAndStoppingTheContextLeavesThemOpen() {
        runner.run(context -> {
            FairExecutor render = context.getBean(FairExecutor.class);
            ConfigurableApplicationContext application = context.getSourceApplicationContext();
            application.pause();
            assertThat(render.submit("acme", () -> 1).join()).isEqualTo(1);
            application.restart();
            application.stop();
            assertThat(render.submit("acme", () -> 2).join()).isEqualTo(2);
            application.start();
            assertThat(render.submit("acme", () -> 3).join()).isEqualTo(3);
            application.close();
            assertThat(render.isClosed()).isTrue();
        });
    }

    @Test
    void aSchedulerOfTheApplicationsIsDrainedToo() {
        runner.withUserConfiguration(Own.class, Neighbours.class).run(context -> {
            FairExecutor own = context.getBean("own", FairExecutor.class);
            Neighbours neighbours = context.getBean(Neighbours.class);
            CountDownLatch go = new CountDownLatch(1);
            neighbours.whenServerStops = go::countDown;
            TaskHandle<Boolean> task = own.submit("acme", () -> {
                go.await();
                return neighbours.events.add("own task");
            });
            context.getSourceApplicationContext().close();
            assertThat(task.state()).isEqualTo(TaskState.COMPLETED);
            assertThat(neighbours.events).containsExactly("server stopped", "own task", "data source closed");
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Own {
        @Bean
        FairExecutor own() {
            return FairExecutor.builder().name("own").build();
        }
    }

    /** Stand for what stops before and after, and write down when. */
    @Configuration(proxyBeanMethods = false)
    static class Neighbours {
        final List<String> events = new CopyOnWriteArrayList<>();
        volatile Runnable whenServerStops = () -> {};

        @Bean
        SmartLifecycle server() {
            return new SmartLifecycle() {
                private volatile boolean running;

                @Override
                public void start() {
                    running = true;
                }

                @Override
                public void stop() {
                    running = false;
                    events.add("server stopped");
                    whenServerStops.run();
                }

                @Override
                public boolean isRunning() {
                    return running;
                }

                @Override
                public int getPhase() {
                    return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE;
                }
            };
        }

        @Bean
        AutoCloseable dataSource() {
            return () -> events.add("data source closed");
        }
    }
}
