package dev.fairway.spring.autoconfigure.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.ContextPropagator;
import dev.fairway.TaskHandle;
import dev.fairway.scheduler.FairExecutor;
import dev.fairway.scheduler.FairScheduler;
import dev.fairway.spring.FairProcessor;
import dev.fairway.spring.TaskProcessor;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import io.micrometer.context.ContextRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationTextPublisher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

class FairwayContextTest {
    private static final String TENANT = "tenant of the test";

    private final ThreadLocal<String> tenant = new ThreadLocal<>();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(FairwayAutoConfiguration.class, FairwayContextAutoConfiguration.class))
            .withPropertyValues("fairway.schedulers.render.workers=1");

    @AfterEach
    void clean() {
        MDC.clear();
        SecurityContextHolder.clearContext();
        ContextRegistry.getInstance().removeThreadLocalAccessor(TENANT);
    }

    @Test
    void theMdcOfTheSubmitterIsThatOfProcessAndCommitAndOfNothingElse() {
        runner.run(context -> {
            MDC.put("document", "42");
            assertThat(seen(context.getBean(FairExecutor.class), () -> MDC.get("document")))
                    .containsExactly("42", "42");
            MDC.clear();
            assertThat(seen(context.getBean(FairExecutor.class), () -> MDC.get("document")))
                    .containsExactly(null, null);
        });
    }

    @Test
    void theAuthenticationOfTheSubmitterIsThatOfProcessAndCommitAlsoWhenItHasLoggedOut() {
        runner.run(context -> {
            FairExecutor render = context.getBean(FairExecutor.class);
            render.channel("acme");
            render.findChannel("acme").orElseThrow().pause();
            List<String> seen = new CopyOnWriteArrayList<>();
            SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("olive", "secret"));
            TaskHandle<Boolean> task = render.submit("acme", () -> seen.add(user()), result -> seen.add(user()));
            SecurityContextHolder.getContext().setAuthentication(null);
            render.findChannel("acme").orElseThrow().resume();
            task.join();
            assertThat(seen).containsExactly("olive", "olive");
            assertThat(seen(render, FairwayContextTest::user)).containsExactly("nobody", "nobody");
        });
    }

    @Test
    void whateverIsRegisteredWithContextPropagationFollows() {
        ContextRegistry.getInstance().registerThreadLocalAccessor(TENANT, tenant);
        runner.run(context -> {
            tenant.set("acme");
            assertThat(seen(context.getBean(FairExecutor.class), tenant::get)).containsExactly("acme", "acme");
            tenant.remove();
            assertThat(seen(context.getBean(FairExecutor.class), tenant::get)).containsExactly(null, null);
        });
    }

    @Test
    void theCurrentObservationFollowsWithAndWithoutContextPropagation() {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new ObservationTextPublisher(text -> {}));
        Supplier<String> current = () -> {
            Observation observation = registry.getCurrentObservation();
            return observation == null ? "nothing" : observation.getContextView().getName();
        };
        ApplicationContextRunner observed = runner.withBean(ObservationRegistry.class, () -> registry);
        for (ApplicationContextRunner each : List.of(
                observed, observed.withClassLoader(new FilteredClassLoader("io.micrometer.context")))) {
            each.run(context -> {
                FairExecutor render = context.getBean(FairExecutor.class);
                assertThat(Observation.start("request", registry).scoped(() -> seen(render, current)))
                        .containsExactly("request", "request");
                assertThat(seen(render, current)).containsExactly("nothing", "nothing");
            });
        }
    }

    @Test
    void aPropagatorOfTheApplicationsIsAddedToOurs() {
        runner.withBean(ContextPropagator.class, () -> () -> {
                    String submitters = tenant.get();
                    return () -> {
                        tenant.set(submitters);
                        return tenant::remove;
                    };
                })
                .run(context -> {
                    tenant.set("acme");
                    MDC.put("document", "42");
                    assertThat(seen(
                                    context.getBean(FairExecutor.class),
                                    () -> tenant.get() + " " + MDC.get("document")))
                            .containsExactly("acme 42", "acme 42");
                });
    }

    @Test
    void aTypedSchedulerCarriesItToo() {
        runner.withBean(Renderer.class).run(context -> {
            MDC.put("document", "42");
            @SuppressWarnings("unchecked")
            FairScheduler<String, String> render = context.getBean("render", FairScheduler.class);
            assertThat(render.submit("acme", "x").join()).isEqualTo("42");
            assertThat(context.getBean(Renderer.class).committed).containsExactly("42");
        });
    }

    @Test
    void eachCanBeSwitchedOff() {
        ContextRegistry.getInstance().registerThreadLocalAccessor(TENANT, tenant);
        runner.withPropertyValues(
                        "fairway.context.mdc=false",
                        "fairway.context.security=false",
                        "fairway.context.observation=false")
                .run(context -> {
                    MDC.put("document", "42");
                    tenant.set("acme");
                    SecurityContextHolder.getContext()
                            .setAuthentication(new TestingAuthenticationToken("olive", "secret"));
                    assertThat(seen(
                                    context.getBean(FairExecutor.class),
                                    () -> MDC.get("document") + " " + tenant.get() + " " + user()))
                            .containsExactly("null null nobody", "null null nobody");
                });
    }

    @Test
    void whatIsNotThereIsNotCarried() {
        runner.withClassLoader(new FilteredClassLoader("org.springframework.security", "io.micrometer"))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBeanNamesForType(ContextPropagator.class))
                            .containsExactly("fairwayMdcPropagator");
                });
        runner.withClassLoader(new FilteredClassLoader("org.slf4j.MDC"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("fairwayMdcPropagator"));
    }

    private static List<String> seen(FairExecutor executor, Supplier<String> value) {
        List<String> seen = new ArrayList<>();
        executor.submit("acme", () -> seen.add(value.get()), result -> seen.add(value.get()))
                .join();
        return seen;
    }

    private static String user() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication == null ? "nobody" : authentication.getName();
    }

    @FairProcessor("render")
    static class Renderer implements TaskProcessor<String, String> {
        final List<String> committed = new CopyOnWriteArrayList<>();

        @Override
        public String process(String task) {
            return MDC.get("document");
        }

        @Override
        public void commit(String task, String result) {
            committed.add(MDC.get("document"));
        }
    }
}
