package dev.fairway.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What follows from a printed document: it is found, and charged for. */
class LedgerTest {
    private static long printed(DeskClient desk, String tenant, String markdown) {
        HttpResponse<String> html = desk.ended(desk.accepted(tenant, markdown));
        assertThat(html.statusCode()).as(html.body()).isEqualTo(200);
        return Long.parseLong(html.headers().firstValue("X-Ledger-Timestamp").orElseThrow());
    }

    private static List<String> titles(HttpResponse<String> found, DeskClient desk) {
        assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
        return desk.json(found).findValuesAsString("title");
    }

    @Test
    void whoHasADocumentsTimestampFindsIt() {
        try (RunningDesk running = RunningDesk.start()) {
            DeskClient desk = running.client;
            for (int i = 1; i <= 20; i++) {
                long timestamp = printed(desk, "acme", "# Report " + i + "\n\nNumber word" + i);
                assertThat(timestamp).isEqualTo(i);
                HttpResponse<String> found = desk.get("/search?q=WORD" + i + "&after=" + timestamp);
                assertThat(titles(found, desk)).containsExactly("Report " + i);
                String href = desk.json(found).path(0).path("href").asString();
                assertThat(desk.get(href).body()).contains("Number word" + i);
            }
            assertThat(titles(desk.get("/search?q=number%20report&limit=2"), desk))
                    .containsExactly("Report 20", "Report 19");
            assertThat(titles(desk.get("/search?q=number&tenant=other"), desk)).isEmpty();
            assertThat(titles(desk.get("/search?q=em"), desk))
                    .as("tags are no words")
                    .isEmpty();
        }
    }

    @Test
    void aSearchAfterWhatTheIndexHasNotSeenEndsWithHowFarItIs() {
        try (RunningDesk running = RunningDesk.start("--print-desk.search.patience=20ms")) {
            DeskClient desk = running.client;
            long timestamp = printed(desk, "acme", "# Hello");
            assertThat(titles(desk.get("/search?q=hello&after=" + timestamp), desk))
                    .hasSize(1);
            HttpResponse<String> late = desk.get("/search?q=hello&after=1000");
            assertThat(late.statusCode()).isEqualTo(504);
            assertThat(late.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            JsonNode problem = desk.json(late);
            assertThat(problem.path("indexed").asLong()).isEqualTo(timestamp);
            assertThat(problem.path("after").asLong()).isEqualTo(1000);
            assertThat(problem.path("detail").asString())
                    .isEqualTo("the index has not seen timestamp 1000 within 20 ms: it has seen everything up to "
                            + timestamp);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "q=, q",
        "q=x&after=-1, after",
        "q=x&limit=0, limit",
        "q=x&after=soon, after",
        "q=x&tenant=a%20b, tenant"
    })
    void aSearchThatMakesNoSenseIsRefused(String query, String field) {
        try (RunningDesk running = RunningDesk.start()) {
            HttpResponse<String> refused = running.client.get("/search?" + query);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(running.client.json(refused).path("detail").asString()).contains(field);
        }
    }

    @Test
    void everybodyWhoListensGetsToTheEnd() {
        try (RunningDesk running = RunningDesk.start()) {
            DeskClient desk = running.client;
            long last = 0;
            for (int i = 0; i < 5; i++) {
                last = printed(desk, "t" + i % 2, "hello");
            }
            long timestamp = last;
            await().untilAsserted(() -> {
                JsonNode listeners = desk.json(desk.get("/ledger"));
                assertThat(listeners.findValuesAsString("name")).containsExactlyInAnyOrder("index", "billing");
                assertThat(listeners
                                .valueStream()
                                .map(listener -> listener.path("seen").asLong()))
                        .containsOnly(timestamp);
                assertThat(listeners
                                .valueStream()
                                .map(listener -> listener.path("lag").asLong()))
                        .containsOnly(0L);
            });
            int characters = "<p>hello</p>\n".length();
            assertThat(desk.get("/bills").body())
                    .isEqualTo("[{\"tenant\":\"t0\",\"documents\":3,\"characters\":" + 3 * characters
                            + "},{\"tenant\":\"t1\",\"documents\":2,\"characters\":" + 2 * characters + "}]");
        }
    }

    @Test
    void theNextStartGoesOnWhereTheLastOneEnded() {
        String database = "--spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID()
                + ";DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE";
        try (RunningDesk running = RunningDesk.start(database)) {
            printed(running.client, "acme", "# One");
            printed(running.client, "acme", "# Two");
            printed(running.client, "acme", "# Three");
        }
        try (RunningDesk running = RunningDesk.start(database)) { // as if the last one had ended before it announced
            DeskClient desk = running.client;
            assertThat(titles(desk.get("/search?q=two"), desk)).containsExactly("Two");
            assertThat(printed(desk, "acme", "# Four")).isEqualTo(4);
            awaitBill(desk, 4);
            JdbcClient jdbc = running.context.getBean(JdbcClient.class);
            jdbc.sql("update document set announced = null where title = 'Four'")
                    .update();
            jdbc.sql("update bill set documents = 2, counted_to = 2").update();
        }
        try (RunningDesk running = RunningDesk.start(database)) {
            DeskClient desk = running.client;
            awaitBill(desk, 4);
            assertThat(titles(desk.get("/search?q=four"), desk)).containsExactly("Four");
        }
    }

    private static void awaitBill(DeskClient desk, int documents) {
        await().untilAsserted(() -> assertThat(
                        desk.json(desk.get("/bills")).path(0).path("documents").asInt())
                .isEqualTo(documents));
    }
}
