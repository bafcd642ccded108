package dev.fairway.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.scheduler.Channel;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tenants beside each other, and what becomes of a queue. */
class QueueTest {
    private static final String ONE_WORKER = "--fairway.schedulers.render.workers=1";

    @Test
    void aQuietTenantDoesNotWaitForTheBacklogOfANoisyOne() {
        try (RunningDesk running = RunningDesk.start(ONE_WORKER, "--fairway.schedulers.render.turn=0s")) {
            DeskClient desk = running.client;
            running.gate().holdRendering("first");
            desk.awaitState(desk.accepted("first", "# Holds the only worker"), "rendering");
            List<String> all = new ArrayList<>();
            for (int i = 1; i <= 20; i++) {
                all.add(desk.accepted("noisy", "# noisy " + i));
            }
            for (int i = 1; i <= 3; i++) {
                all.add(desk.accepted("quiet", "# quiet " + i));
            }
            running.gate().open();
            all.forEach(
                    location -> assertThat(desk.ended(location).statusCode()).isEqualTo(200));

            Stream<String> turns =
                    IntStream.rangeClosed(1, 3).boxed().flatMap(i -> Stream.of("noisy " + i, "quiet " + i));
            Stream<String> rest = IntStream.rangeClosed(4, 20).mapToObj(i -> "noisy " + i);
            assertThat(printed(desk, "noisy", "quiet"))
                    .containsExactlyElementsOf(Stream.concat(turns, rest).toList());
        }
    }

    /** The titles of several tenants' documents in the order in which they were printed. */
    private static List<String> printed(DeskClient desk, String... tenants) {
        return Stream.of(tenants)
                .flatMap(tenant ->
                        desk.json(desk.get("/tenants/" + tenant + "/documents")).valueStream())
                .sorted(Comparator.comparingLong(
                        document -> document.path("number").asLong()))
                .map(document -> document.path("title").asString())
                .toList();
    }

    @Test
    void cancellingDropsWhatWaitsAndSuppressesWhatRuns() {
        try (RunningDesk running = RunningDesk.start(ONE_WORKER)) {
            DeskClient desk = running.client;
            running.gate().holdRendering("acme");
            String rendering = desk.accepted("acme", "# 1");
            desk.awaitState(rendering, "rendering");
            List<String> waiting = List.of(desk.accepted("acme", "# 2"), desk.accepted("acme", "# 3"));
            desk.awaitState(waiting.get(1), "waiting");
            assertThat(tenant(desk, "acme").toString())
                    .isEqualTo("{\"tenant\":\"acme\",\"documents\":0,\"waiting\":2,\"running\":1}");

            HttpResponse<String> report = desk.delete("/tenants/acme/queue");
            assertThat(report.statusCode()).isEqualTo(200);
            assertThat(report.body())
                    .isEqualTo("{\"tenant\":\"acme\",\"dropped\":2,\"suppressed\":1,\"committing\":0}");
            Stream.concat(Stream.of(rendering), waiting.stream()).forEach(location -> {
                HttpResponse<String> gone = desk.get(location);
                assertThat(gone.statusCode()).isEqualTo(410);
                assertThat(desk.json(gone).path("detail").asString()).endsWith("of tenant 'acme' was cancelled");
            });
            String later = desk.accepted("acme", "# Later");

            running.gate().open();
            assertThat(desk.ended(later).body()).contains("Later");
            assertThat(desk.get(rendering).statusCode()).isEqualTo(410);
            assertThat(printed(desk, "acme")).containsExactly("Later");
        }
    }

    @Test
    void whatIsJustBeingStoredWhenTheQueueIsCancelledIsStored() throws InterruptedException {
        try (RunningDesk running = RunningDesk.start(ONE_WORKER)) {
            DeskClient desk = running.client;
            running.gate().holdCommits();
            String storing = desk.accepted("acme", "# Nearly there");
            running.gate().awaitCommit();
            assertThat(desk.delete("/tenants/acme/queue").body())
                    .isEqualTo("{\"tenant\":\"acme\",\"dropped\":0,\"suppressed\":0,\"committing\":1}");
            running.gate().open();
            assertThat(desk.ended(storing).body()).contains("Nearly there");
        }
    }

    @Test
    void aTenantWhoseQueueIsFullIsToldSoAndNobodyElse() {
        try (RunningDesk running = RunningDesk.start("--fairway.schedulers.render.channel-defaults.capacity=2")) {
            DeskClient desk = running.client;
            Channel<?, ?> busy = running.channel("busy");
            busy.pause();
            List<String> accepted = List.of(desk.accepted("busy", "# 1"), desk.accepted("busy", "# 2"));
            HttpResponse<String> refused = desk.upload("busy", "# 3");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(desk.json(refused).path("detail").asString()).isEqualTo("channel 'busy' is full (capacity 2)");
            assertThat(desk.ended(desk.accepted("other", "# Free")).statusCode())
                    .isEqualTo(200);

            busy.resume();
            accepted.forEach(
                    location -> assertThat(desk.ended(location).statusCode()).isEqualTo(200));
            assertThat(printed(desk, "busy")).containsExactlyInAnyOrder("1", "2");
        }
    }

    @Test
    void aDeskThatIsClosingRefuses() {
        try (RunningDesk running = RunningDesk.start()) {
            running.scheduler().close();
            HttpResponse<String> refused = running.client.upload("acme", "# Late");
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(running.client.json(refused).path("detail").asString()).contains("render");
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        }
    }

    /** With one connection for all, the first question that kept it would be the last. */
    @Test
    void everyQuestionGivesItsConnectionBack() {
        try (RunningDesk running = RunningDesk.start(
                "--spring.datasource.hikari.maximum-pool-size=1",
                "--spring.datasource.hikari.connection-timeout=5000")) {
            DeskClient desk = running.client;
            String location = desk.accepted("acme", "# One");
            assertThat(desk.ended(location).statusCode()).isEqualTo(200);
            for (String path : List.of(
                    "/tenants",
                    "/tenants/acme/documents",
                    location,
                    "/search?q=one",
                    "/bills",
                    "/ledger",
                    "/tenants/acme/letterhead",
                    "/tenants")) {
                assertThat(desk.get(path).statusCode()).as(path).isIn(200, 404);
            }
            assertThat(desk.ended(desk.accepted("acme", "# Two")).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void onlySoManyCancelledDocumentsAreRemembered() {
        try (RunningDesk running = RunningDesk.start("--print-desk.remember=2")) {
            DeskClient desk = running.client;
            running.channel("acme").pause();
            List<String> all = IntStream.rangeClosed(1, 3)
                    .mapToObj(i -> desk.accepted("acme", "# " + i))
                    .toList();
            desk.delete("/tenants/acme/queue");
            assertThat(all.stream().map(location -> desk.get(location).statusCode()))
                    .containsExactlyInAnyOrder(404, 410, 410);
        }
    }

    private static JsonNode tenant(DeskClient desk, String name) {
        return desk.json(desk.get("/tenants"))
                .valueStream()
                .filter(tenant -> tenant.path("tenant").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
