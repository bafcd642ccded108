package dev.fairway.spring.autoconfigure.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.Completed;
import dev.fairway.TaskHandle;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationTextPublisher;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

class CoordinatorContextTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(FairwayAutoConfiguration.class, FairwayContextAutoConfiguration.class));

    @AfterEach
    void clean() {
        MDC.clear();
        SecurityContextHolder.clearContext();
    }

    @Test
    void mdcAndAuthenticationOfTheSubmitterAreThoseOfTheTaskAndOfNoOther() {
        runner.run(context -> {
            Coordinator<Supplier<String>, String> cats = cats(context);
            MDC.put("document", "42");
            SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("olive", "secret"));
            TaskHandle<Completed<String>> task = cats.submit(() -> MDC.get("document") + " " + user());
            MDC.clear();
            SecurityContextHolder.clearContext();
            TaskHandle<Completed<String>> next = cats.submit(() -> MDC.get("document") + " " + user());
            cats.addWorker("maple", Supplier::get);
            assertThat(task.join().result()).isEqualTo("42 olive");
            assertThat(next.join().result()).isEqualTo("null nobody");
        });
    }

    @Test
    void theCurrentObservationFollows() {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new ObservationTextPublisher(text -> {}));
        runner.withBean(ObservationRegistry.class, () -> registry).run(context -> {
            Coordinator<Supplier<String>, String> cats = cats(context);
            cats.addWorker("maple", Supplier::get);
            Supplier<String> current = () -> {
                Observation observation = registry.getCurrentObservation();
                return observation == null
                        ? "nothing"
                        : observation.getContextView().getName();
            };
            assertThat(Observation.start("request", registry)
                            .scoped(() -> cats.submit(current).join().result()))
                    .isEqualTo("request");
            assertThat(cats.submit(current).join().result()).isEqualTo("nothing");
        });
    }

    @Test
    void whatIsSwitchedOffDoesNotFollow() {
        runner.withPropertyValues("fairway.context.mdc=false").run(context -> {
            Coordinator<Supplier<String>, String> cats = cats(context);
            cats.addWorker("maple", Supplier::get);
            MDC.put("document", "42");
            assertThat(cats.submit(() -> String.valueOf(MDC.get("document")))
                            .join()
                            .result())
                    .isEqualTo("null");
        });
    }

    private static String user() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication == null ? "nobody" : authentication.getName();
    }

    @SuppressWarnings("unchecked")
    private static Coordinator<Supplier<String>, String> cats(BeanFactory context) {
        return context.getBean(Coordinator.class);
    }
}
