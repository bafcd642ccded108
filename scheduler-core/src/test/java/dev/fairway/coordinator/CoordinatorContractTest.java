package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.Completed;
import dev.fairway.RejectedTaskException;
import dev.fairway.TaskHandle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The example of the guide, as a user would write it. */
class CoordinatorContractTest {
    private final Replica eu = new Replica("eu");
    private final Replica us = new Replica("us");
    private final List<Rows> rendered = new CopyOnWriteArrayList<>();

    private void render(Rows rows) {
        rendered.add(rows);
    }

    @Test
    void aCoordinatorIsUsedAsInTheGuide() {
        Query query = new Query("one");
        Query next = new Query("two");
        Coordinator<Query, Rows> afterwards;
        try (Coordinator<Query, Rows> replicas = Coordinator.<Query, Rows>builder()
                .name("replicas")
                .queueThreshold(3)
                .capacity(10_000)
                .ewmaAlpha(0.5)
                .build()) {

            replicas.addWorker("eu", eu::run);
            assertThat(replicas.addWorker("us", us::run)).isFalse();
            assertThat(replicas.addWorker("us", us::run)).isTrue();

            TaskHandle<Completed<Rows>> any = replicas.submit(query);
            Completed<Rows> first = any.join();
            assertThat(first.worker()).isIn("eu", "us");
            assertThat(first.result().text()).isEqualTo("one");
            replicas.submit(next, Affinity.prefer(first.worker()));
            replicas.submit(next, Affinity.require("us"))
                    .map(Completed::result)
                    .completion()
                    .thenAccept(this::render);
            assertThat(replicas.removeWorker("eu")).isTrue();
            assertThat(replicas.removeWorker("eu")).isFalse();
            afterwards = replicas;
        }
        assertThat(rendered).containsExactly(new Rows("us", "two"));
        assertThatThrownBy(() -> afterwards.submit(query))
                .isInstanceOfSatisfying(
                        RejectedTaskException.class,
                        refusal ->
                                assertThat(refusal.reason()).isEqualTo(RejectedTaskException.Reason.COORDINATOR_CLOSED))
                .hasMessage("coordinator 'replicas' is closed");
    }

    @Test
    void everyBuilderSettingIsOptionalAndComesInAnyOrder() {
        try (Coordinator<Query, Rows> coordinator = Coordinator.<Query, Rows>builder()
                .virtualThreads(false)
                .listener(new CoordinatorListener<>() {})
                .contextPropagator(() -> null)
                .drainTimeout(Duration.ofSeconds(5))
                .failureIf(thrown -> !(thrown instanceof IllegalArgumentException))
                .quarantineBackOff(Duration.ofMillis(10), Duration.ofSeconds(1))
                .failuresToQuarantine(3)
                .taskTimeout(Duration.ofSeconds(10))
                .loadBalance(LoadBalance.ROUND_ROBIN)
                .ewmaAlpha(1)
                .capacity(5)
                .queueThreshold(0)
                .name("all")
                .build()) {
            coordinator.addWorker("eu", eu::run);
            assertThat(coordinator.submit(new Query("x")).join()).isEqualTo(new Completed<>(new Rows("eu", "x"), "eu"));
            assertThat(coordinator.name()).isEqualTo("all");
            assertThat(coordinator.stats().capacity()).isEqualTo(5);
        }
        try (Coordinator<Query, Rows> coordinator =
                Coordinator.<Query, Rows>builder().build()) {
            assertThat(coordinator.name()).isNotBlank();
            assertThat(coordinator.stats().capacity()).isEqualTo(10_000);
            assertThat(coordinator.drainTimeout()).isEqualTo(Duration.ofSeconds(30));
        }
    }

    private record Query(String text) {}

    private record Rows(String from, String text) {}

    private record Replica(String name) {
        Rows run(Query query) {
            return new Rows(name, query.text());
        }
    }
}
