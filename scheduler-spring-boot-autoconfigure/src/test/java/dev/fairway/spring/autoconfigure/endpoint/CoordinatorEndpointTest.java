package dev.fairway.spring.autoconfigure.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import dev.fairway.Completed;
import dev.fairway.TaskHandle;
import dev.fairway.coordinator.Affinity;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.coordinator.WorkerState;
import dev.fairway.spring.autoconfigure.CoordinatorBeans;
import dev.fairway.spring.autoconfigure.CoordinatorFactory;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;

class CoordinatorEndpointTest extends EndpointOverHttp {
    @Test
    void showsCoordinatorsAndTheirWorkers() throws Exception {
        start(false);
        String worker = cats().submit("purr", Affinity.prefer("maple")).join().worker();
        assertThat(worker).isEqualTo("maple");

        Map<String, Object> cats = map(map(get("").body(), "coordinators"), "cats");
        assertThat(cats)
                .containsEntry("name", "cats")
                .containsEntry("state", "open")
                .containsEntry("capacity", 7)
                .containsEntry("workerCount", 2)
                .containsEntry("quarantinedCount", 0)
                .containsEntry("preferredHits", 1);
        assertThat(map(cats, "tasks")).containsEntry("accepted", 1).containsEntry("completed", 1);
        assertThat((List<?>) cats.get("workers")).hasSize(2);

        assertThat(json(get("/coordinators/cats").body())).containsEntry("waiting", 0);
        Map<String, Object> maple = json(get("/coordinators/cats/maple").body());
        assertThat(maple)
                .containsEntry("name", "maple")
                .containsEntry("reason", null)
                .containsEntry("waiting", 0)
                .containsEntry("preferredHits", 1);
        assertThat((Double) maple.get("ewmaMillis")).isPositive();
        assertThat(map(maple, "prefer")).containsEntry("completed", 1).containsEntry("failed", 0);
        assertThat(map(maple, "tasks")).containsEntry("completed", 1);
    }

    @Test
    void showsTheWorkersWithTheMostWaitingTasksFirstAndAsManyAsWanted() throws Exception {
        start(false);
        CountDownLatch go = new CountDownLatch(1);
        try {
            cats().addWorker("slow", task -> {
                go.await();
                return task;
            });
            for (int task = 0; task < 4; task++) {
                cats().submit("purr", Affinity.require("slow"));
            }
            Map<String, Object> cats = json(get("/coordinators/cats?limit=1").body());
            assertThat(cats).containsEntry("workerCount", 3).containsEntry("waiting", 3);
            assertThat((List<?>) cats.get("workers"))
                    .singleElement()
                    .asInstanceOf(MAP)
                    .containsEntry("name", "slow")
                    .containsEntry("state", "busy")
                    .containsEntry("waiting", 3);
            assertProblem(get("/coordinators/cats?limit=0"), 400, "'limit' must be a whole number", "limit", "0");
        } finally {
            go.countDown();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/coordinators/dogs, no coordinator 'dogs' (coordinators: [cats])",
        "/coordinators/cats/rex, 'no worker ''rex'' in coordinator ''cats'' (workers: [maple, oktocat])'",
    })
    void anUnknownNameIsNotFound(String path, String detail) throws Exception {
        start(true);
        assertProblem(get(path), 404, detail, null, null);
        assertProblem(post(path, "{\"quarantined\":true}"), 404, detail, null, null);
        assertThat(audit()).isEmpty();
    }

    @Test
    void isReadOnlyByDefault() throws Exception {
        start(false);
        assertThat(post("/coordinators/cats/maple", "{\"quarantined\":true}").statusCode())
                .isIn(404, 405);
        assertThat(state("maple")).isEqualTo(WorkerState.IDLE);
    }

    @Test
    void putsAWorkerAsideUntilItIsReleasedAndSaysWhoDidIt() throws Exception {
        start(true);
        HttpResponse<String> response = http.send(
                request("/coordinators/cats/maple")
                        .header("user", "olive")
                        .POST(BodyPublishers.ofString("{\"quarantined\":true}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response.body()))
                .containsEntry("state", "quarantined")
                .containsEntry("reason", "put aside by hand");
        assertThat(state("maple")).isEqualTo(WorkerState.QUARANTINED);
        assertThat(cats().submit("purr").join().worker()).isEqualTo("oktocat");
        assertThat(audit()).singleElement().satisfies(event -> {
            assertThat(event.getPrincipal()).isEqualTo("olive");
            assertThat(event.getType()).isEqualTo("FAIRWAY_CHANGED");
            assertThat(event.getData())
                    .containsEntry("coordinator", "cats")
                    .containsEntry("worker", "maple")
                    .containsEntry("quarantined", true);
        });
        assertThat(json(post("/coordinators/cats/maple", "{\"quarantined\":false}")
                        .body()))
                .containsEntry("state", "idle");
        assertThat(state("maple")).isEqualTo(WorkerState.IDLE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'quarantined':'perhaps'} | must be true or false        | quarantined | perhaps",
                "{'quarantined':1}         | must be true or false        | quarantined | 1",
                "{}                        | the body needs 'quarantined' |             |        ",
                "{'paused':true}           | the body needs 'quarantined' |             |        ",
            })
    void aBadBodyIsAProblemAndChangesNothing(String body, String detail, String field, String value) throws Exception {
        start(true);
        assertProblem(post("/coordinators/cats/maple", body.replace('\'', '"')), 400, detail, field, value);
        assertThat(state("maple")).isEqualTo(WorkerState.IDLE);
        assertThat(audit()).isEmpty();
    }

    @Test
    void whatCannotBeDoneIsNotAllowed() throws Exception {
        start(true);
        assertProblem(post("/coordinators/cats", "{\"workers\":3}"), 405, "'cats' as a whole", null, null);
        assertProblem(delete("/coordinators/cats/maple"), 405, "nothing to cancel in 'maple'", null, null);
        assertThat(audit()).isEmpty();
    }

    @Test
    void showsCoordinatorsThatAreNoBeans() throws Exception {
        start(false);
        Coordinator<String, String> dogs =
                context.getBean(CoordinatorFactory.class).coordinator("dogs");
        context.getBean(CoordinatorBeans.class).register("dogs", dogs);
        TaskHandle<Completed<String>> waiting = dogs.submit("bark");
        assertThat(json(get("/coordinators/dogs").body()))
                .containsEntry("waiting", 1)
                .containsEntry("unassigned", 1);
        waiting.cancel();
    }

    @Test
    void whatItAnswersWithCanBeWrittenInANativeImage() {
        RuntimeHints hints = new RuntimeHints();
        new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, FairwayEndpoint.class);
        for (Class<?> view : List.of(
                SchedulerView.class,
                ChannelView.class,
                CoordinatorView.class,
                WorkerView.class,
                DispatcherView.class,
                ReceiverView.class)) {
            assertThat(RuntimeHintsPredicates.reflection()
                            .onType(view)
                            .withMemberCategory(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS))
                    .as("%s", view)
                    .accepts(hints);
        }
    }

    @Test
    void doesNotWakeUpTheLazyDefault() throws Exception {
        context = run();
        assertThat(map(get("").body(), "coordinators")).isEmpty();
        assertThat(context.getBeanFactory().containsSingleton("coordinator")).isFalse();
    }

    private void start(boolean writable) {
        context = run(
                "--fairway.coordinators.cats.capacity=7",
                writable ? "--management.endpoint.fairway.access=unrestricted" : "--some=thing");
        cats().addWorker("maple", task -> task);
        cats().addWorker("oktocat", task -> task);
    }

    @SuppressWarnings("unchecked")
    private Coordinator<String, String> cats() {
        return context.getBean("cats", Coordinator.class);
    }

    private WorkerState state(String worker) {
        return cats().stats(worker).orElseThrow().state();
    }
}
