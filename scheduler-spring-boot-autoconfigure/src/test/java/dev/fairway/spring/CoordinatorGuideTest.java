package dev.fairway.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairway.TaskFailedException;
import dev.fairway.coordinator.Affinity;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.coordinator.WorkerState;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Service;

/** The Java of the section of docs/guide.md on coordinators in Spring; {@link GuideTest} compares it with the page. */
class CoordinatorGuideTest {
    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(FairwayAutoConfiguration.class))
            .withBean("eu", Replica.class, () -> new Replica("eu"))
            .withBean("us", Replica.class, () -> new Replica("us"));

    @Test
    void workersAreAddedWhereTheyAreMade() {
        application
                .withBean(Search.class)
                .withPropertyValues("fairway.coordinators.replicas.queue-threshold=3")
                .run(context -> {
                    assertThat(context.getBean(Search.class)
                                    .find(new Query("all"))
                                    .of())
                            .isEqualTo("all");
                    assertThat(coordinator(context.getBean("replicas")).workers())
                            .containsExactly("eu", "us");
                });
    }

    @Test
    void ownCoordinatorsAndCustomizers() {
        application
                .withBean("tape", Replica.class, () -> new Replica("tape"))
                .withUserConfiguration(Coordinators.class)
                .withPropertyValues(
                        "fairway.coordinators.archive.failures-to-quarantine=1",
                        "fairway.coordinators.archive.capacity=7")
                .run(context -> {
                    Coordinator<Query, Rows> archive = coordinator(context.getBean("archive"));
                    assertThat(archive.stats().capacity()).isEqualTo(7);
                    assertThatThrownBy(archive.submit(new Query(" "))::join)
                            .hasCauseInstanceOf(IllegalArgumentException.class);
                    assertThat(archive.stats("tape").orElseThrow().state()).isNotEqualTo(WorkerState.QUARANTINED);
                    assertThatThrownBy(archive.submit(new Query("torn"), Affinity.require("tape"))::join)
                            .isInstanceOf(TaskFailedException.class);
                    await().until(() -> archive.stats("tape").orElseThrow().state() == WorkerState.QUARANTINED);
                });
    }

    @SuppressWarnings("unchecked")
    private static Coordinator<Query, Rows> coordinator(Object bean) {
        return (Coordinator<Query, Rows>) bean;
    }
}

record Query(String text) {}

record Rows(String of) {}

record Replica(String name) {
    Rows run(Query query) {
        if (query.text().isBlank()) {
            throw new IllegalArgumentException("an empty query");
        }
        if (query.text().equals("torn")) {
            throw new IllegalStateException("the tape is torn");
        }
        return new Rows(query.text());
    }
}

@Service
class Search {
    private final Coordinator<Query, Rows> replicas;

    Search(Coordinator<Query, Rows> replicas, List<Replica> all) {
        this.replicas = replicas;
        all.forEach(replica -> replicas.addWorker(replica.name(), replica::run));
    }

    Rows find(Query query) {
        return replicas.submit(query).join().result();
    }
}

@Configuration(proxyBeanMethods = false)
class Coordinators {
    @Bean
    CoordinatorCustomizer badInput() {
        return (name, builder) -> builder.failureIf(thrown -> !(thrown instanceof IllegalArgumentException));
    }

    @Bean
    Coordinator<Query, Rows> archive(CoordinatorConfigurer configurer, Replica tape) {
        Coordinator<Query, Rows> archive = configurer
                .configure("archive", Coordinator.<Query, Rows>builder())
                .build();
        archive.addWorker("tape", tape::run);
        return archive;
    }
}
