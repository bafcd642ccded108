package dev.fairway.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairway.scheduler.FairExecutor;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** A quiet tenant beside a noisy one, both ways. */
class ComparisonTest {
    private static RunningDesk running;

    @BeforeAll
    static void start() {
        running = RunningDesk.start("--fairway.schedulers.comparison.turn=0s");
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    private static HttpResponse<String> compare(String query) {
        return running.client.send(running.client.request("/comparison" + query).POST(BodyPublishers.noBody()));
    }

    /** Counted in documents, since times depend on the machine; a handful, unless the submitter was preempted while it counted. */
    @Test
    void inTurnsFewDocumentsOfTheNoisyTenantComeFirstAndInOneQueueHundredsDo() {
        HttpResponse<String> answer = compare("?backlog=5000&documents=1");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode compared = running.client.json(answer);
        int inTurns = compared.path("fair").path("mostBefore").asInt();
        int inLine = compared.path("pool").path("mostBefore").asInt();
        assertThat(inLine).isGreaterThan(100);
        assertThat(inTurns).isLessThan(inLine / 5);
        assertThat(compared.path("workers").asInt()).isEqualTo(2);
        assertThat(compared.path("pool").path("longestMicros").asLong())
                .isGreaterThanOrEqualTo(
                        compared.path("pool").path("medianMicros").asLong());
    }

    @ParameterizedTest
    @CsvSource({
        "backlog=0, 'backlog must be from 1 to 20000, not 0'",
        "backlog=20001, 'backlog must be from 1 to 20000, not 20001'",
        "documents=-1, 'documents must be from 1 to 1000, not -1'",
        "documents=1001, 'documents must be from 1 to 1000, not 1001'"
    })
    void aLoadOutOfRangeIsRefused(String query, String detail) {
        HttpResponse<String> answer = compare("?" + query);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(running.client.json(answer).path("detail").asString()).isEqualTo(detail);
    }

    @Test
    void aSecondOneIsRefusedWhileOneRuns() throws Exception {
        FairExecutor executor = running.context.getBean("comparison", FairExecutor.class);
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            executor.channel("holds the workers").execute(() -> {
                open.countDown();
                try {
                    held.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        open.await();
        CompletableFuture<HttpResponse<String>> first =
                CompletableFuture.supplyAsync(() -> compare("?backlog=1&documents=1"));
        await().until(() -> executor.stats().waiting() >= 2);
        HttpResponse<String> second = compare("");
        held.countDown();
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(running.client.json(second).path("detail").asString())
                .isEqualTo("a comparison is running, and two would measure each other");
        assertThat(first.join().statusCode()).isEqualTo(200);
    }
}
