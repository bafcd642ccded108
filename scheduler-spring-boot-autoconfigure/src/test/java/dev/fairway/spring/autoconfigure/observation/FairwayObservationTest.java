package dev.fairway.spring.autoconfigure.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairway.RejectedTaskException;
import dev.fairway.TaskExpiredException;
import dev.fairway.TaskHandle;
import dev.fairway.scheduler.FairExecutor;
import dev.fairway.scheduler.TaskOptions;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import dev.fairway.spring.autoconfigure.context.FairwayContextAutoConfiguration;
import dev.fairway.spring.observation.DefaultFairTaskObservationConvention;
import dev.fairway.spring.observation.FairTaskObservationContext;
import dev.fairway.spring.observation.FairTaskObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class FairwayObservationTest {
    private final ApplicationContextRunner bare = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    FairwayAutoConfiguration.class,
                    FairwayContextAutoConfiguration.class,
                    FairwayObservationAutoConfiguration.class))
            .withPropertyValues(
                    "fairway.schedulers.render.workers=1", "fairway.schedulers.render.channels.acme.capacity=1");
    private final Recorder recorder = new Recorder();
    private final ObservationRegistry registry = registry(recorder);
    private final ApplicationContextRunner runner = bare.withBean(ObservationRegistry.class, () -> registry);

    @Test
    void aTaskIsOneTraceOfSubmitWaitProcessAndCommit() {
        runner.run(context -> {
            FairExecutor render = context.getBean(FairExecutor.class);
            Observation.start("request", registry)
                    .scoped(() -> render.submit(
                                    "acme", this::current, result -> recorder.events.add("in commit: " + current()))
                            .join());
            await().untilAsserted(() -> assertThat(recorder.events).contains("stop fairway.task"));
            assertThat(recorder.events)
                    .containsSubsequence(
                            "start request",
                            "start fairway.task in request",
                            "start fairway.task.submit in fairway.task",
                            "stop fairway.task.submit",
                            "start fairway.task.wait in fairway.task",
                            "stop fairway.task.wait",
                            "start fairway.task.process in fairway.task",
                            "stop fairway.task.process",
                            "start fairway.task.commit in fairway.task",
                            "in commit: fairway.task.commit",
                            "stop fairway.task.commit",
                            "stop fairway.task");
            FairTaskObservationContext task = recorder.context("fairway.task");
            assertThat(task.getLowCardinalityKeyValue("scheduler").getValue()).isEqualTo("render");
            assertThat(task.getLowCardinalityKeyValue("outcome").getValue()).isEqualTo("completed");
            assertThat(task.getHighCardinalityKeyValue("channel").getValue()).isEqualTo("acme");
            assertThat(task.getLowCardinalityKeyValues())
                    .as("a tenant is nothing for meters")
                    .noneMatch(key -> key.getKey().equals("channel"));
        });
    }

    @Test
    void whatATaskObservesIsPartOfItsTrace() {
        runner.run(context -> {
            assertThat(context.getBean(FairExecutor.class)
                            .submit("acme", this::current)
                            .join())
                    .isEqualTo("fairway.task.process");
            assertThat(current()).isEqualTo("nothing");
        });
    }

    @Test
    void aFailureIsOneOfItsPhaseAndOfTheTask() {
        runner.run(context -> {
            IllegalStateException thrown = new IllegalStateException("no ink");
            assertThatThrownBy(() -> context.getBean(FairExecutor.class)
                            .submit("acme", () -> {
                                throw thrown;
                            })
                            .join())
                    .cause()
                    .isSameAs(thrown);
            awaitAllEnded();
            assertThat(recorder.context("fairway.task.process").getError()).isSameAs(thrown);
            assertThat(recorder.context("fairway.task").getError()).isSameAs(thrown);
            assertThat(outcome()).isEqualTo("failed");
        });
    }

    @Test
    void aRefusedTaskEndsAtItsSubmission() {
        runner.run(context -> {
            FairExecutor render = context.getBean(FairExecutor.class);
            render.findChannel("acme").orElseThrow().pause();
            TaskHandle<Integer> waiting = render.submit("acme", () -> 1);
            assertThatThrownBy(() -> render.submit("acme", () -> 2)).isInstanceOf(RejectedTaskException.class);
            assertThat(recorder.events)
                    .endsWith(
                            "start fairway.task",
                            "start fairway.task.submit in fairway.task",
                            "stop fairway.task.submit",
                            "stop fairway.task");
            assertThat(recorder.context("fairway.task").getError()).isInstanceOf(RejectedTaskException.class);
            assertThat(outcome()).isEqualTo("rejected");
            waiting.cancel();
            awaitAllEnded();
        });
    }

    @Test
    void aCancelledTaskEndsWithTheCancelAndItsPhaseWithItsCode() {
        runner.run(context -> {
            FairExecutor render = context.getBean(FairExecutor.class);
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            TaskHandle<Object> running = render.submit("acme", () -> {
                started.countDown();
                go.await();
                return null;
            });
            started.await();
            running.cancel();
            assertThat(recorder.events).endsWith("stop fairway.task").doesNotContain("stop fairway.task.process");
            assertThat(outcome()).isEqualTo("cancelled");
            go.countDown();
            awaitAllEnded();
        });
    }

    @Test
    void anExpiredTaskEndsWithThat() {
        runner.run(context -> {
            FairExecutor render = context.getBean(FairExecutor.class);
            render.findChannel("acme").orElseThrow().pause();
            TaskHandle<Integer> late = render.submit("acme", () -> 1, TaskOptions.expiresAfter(Duration.ofNanos(1)));
            render.findChannel("acme").orElseThrow().resume();
            assertThatThrownBy(late::join).isInstanceOf(TaskExpiredException.class);
            awaitAllEnded();
            assertThat(outcome()).isEqualTo("expired");
        });
    }

    @Test
    void theConventionCanBeReplaced() {
        runner.withBean(FairTaskObservationConvention.class, () -> new DefaultFairTaskObservationConvention() {
                    @Override
                    public String getName() {
                        return "job";
                    }

                    @Override
                    public String getContextualName(FairTaskObservationContext context) {
                        return "for " + context.channel();
                    }
                })
                .run(context -> {
                    context.getBean(FairExecutor.class).submit("acme", () -> 1).join();
                    awaitAllEnded();
                    assertThat(recorder.events).contains("start job", "start job.wait in job", "stop job");
                    assertThat(recorder.context("job").getContextualName()).isEqualTo("for acme");
                });
    }

    @Test
    void nothingIsObservedWithoutARegistryOrAHandlerOrMicrometer() {
        bare.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(TaskObservations.class));
        bare.withBean(ObservationRegistry.class, () -> ObservationRegistry.NOOP)
                .run(context -> assertThat(context.getBean(FairExecutor.class)
                                .submit("acme", () -> 1)
                                .join())
                        .isEqualTo(1));
        bare.withClassLoader(new FilteredClassLoader("io.micrometer"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(TaskObservations.class));
    }

    @Test
    void tasksThatThePredicateDoesNotWantAreNotObserved() {
        registry.observationConfig().observationPredicate((name, context) -> !name.startsWith("fairway"));
        runner.run(context -> {
            assertThat(context.getBean(FairExecutor.class)
                            .submit("acme", this::current)
                            .join())
                    .isEqualTo("nothing");
            assertThat(recorder.events).isEmpty();
        });
    }

    @Test
    void tasksAreNotObservedWhenMetersAreAllThatWouldComeOfItUnlessThatIsWanted() {
        ApplicationContextRunner boot = bare.withConfiguration(AutoConfigurations.of(
                ObservationAutoConfiguration.class,
                MetricsAutoConfiguration.class,
                CompositeMeterRegistryAutoConfiguration.class,
                SimpleMetricsExportAutoConfiguration.class));
        assertThat(observedByBoot(boot)).isFalse();
        assertThat(observedByBoot(boot.withPropertyValues("fairway.observation.enabled=true")))
                .isTrue();
        assertThat(observedByBoot(boot.withBean("recorder", Recorder.class, () -> recorder)))
                .as("somebody else listens")
                .isTrue();
        assertThat(recorder.events).contains("stop fairway.task.process");
        assertThat(observedByBoot(boot.withBean("recorder", Recorder.class, () -> recorder)
                        .withPropertyValues("fairway.observation.enabled=false")))
                .isFalse();
    }

    private static boolean observedByBoot(ApplicationContextRunner boot) {
        AtomicBoolean observed = new AtomicBoolean();
        boot.run(context -> {
            ObservationRegistry registry = context.getBean(ObservationRegistry.class);
            assertThat(registry.isNoop()).isFalse();
            context.getBean(FairExecutor.class)
                    .submit("acme", () -> {
                        observed.set(registry.getCurrentObservation() != null);
                        return null;
                    })
                    .join();
            context.getSourceApplicationContext().close();
        });
        return observed.get();
    }

    private String outcome() {
        return recorder.context("fairway.task")
                .getLowCardinalityKeyValue("outcome")
                .getValue();
    }

    private String current() {
        Observation current = registry.getCurrentObservation();
        return current == null ? "nothing" : current.getContextView().getName();
    }

    private void awaitAllEnded() {
        await().untilAsserted(() -> assertThat(recorder.events.stream().filter(event -> event.startsWith("stop")))
                .hasSameSizeAs(recorder.events.stream()
                        .filter(event -> event.startsWith("start"))
                        .toList()));
    }

    private static ObservationRegistry registry(Recorder recorder) {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(recorder);
        return registry;
    }

    private static final class Recorder implements ObservationHandler<Observation.Context> {
        final List<String> events = new CopyOnWriteArrayList<>();
        final List<Observation.Context> contexts = new CopyOnWriteArrayList<>();

        @Override
        public void onStart(Observation.Context context) {
            contexts.add(context);
            String parent = context.getParentObservation() == null
                    ? ""
                    : " in " + context.getParentObservation().getContextView().getName();
            events.add("start " + context.getName() + parent);
        }

        @Override
        public void onStop(Observation.Context context) {
            events.add("stop " + context.getName());
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }

        /** The last one of that name. */
        FairTaskObservationContext context(String name) {
            return contexts.stream()
                    .filter(context -> name.equals(context.getName()))
                    .map(FairTaskObservationContext.class::cast)
                    .reduce((first, second) -> second)
                    .orElseThrow();
        }
    }
}
