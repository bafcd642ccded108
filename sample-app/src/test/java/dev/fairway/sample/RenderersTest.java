package dev.fairway.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairway.coordinator.Coordinator;
import dev.fairway.coordinator.WorkerState;
import dev.fairway.sample.render.Renderer;
import dev.fairway.spring.Coordinated;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.ResolvableType;

/** The renderers behind the desk, and the letterheads that they keep. */
class RenderersTest {
    private static RunningDesk running;
    private static DeskClient desk;

    @BeforeAll
    static void start() {
        running = RunningDesk.start();
        desk = running.client;
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    private static String renderedBy(String tenant) {
        HttpResponse<String> printed = desk.ended(desk.accepted(tenant, "# Hello"));
        assertThat(printed.statusCode()).as(printed.body()).isEqualTo(200);
        return printed.headers().firstValue("X-Rendered-By").orElseThrow();
    }

    private static HttpResponse<String> putLetterhead(String tenant, String markdown) {
        return desk.send(desk.request("/tenants/" + tenant + "/letterhead")
                .header("Content-Type", "text/markdown")
                .PUT(BodyPublishers.ofString(markdown)));
    }

    @SuppressWarnings("unchecked")
    private static Coordinated<Renderer> renderers() {
        return (Coordinated<Renderer>) running.context
                .getBeanProvider(ResolvableType.forClassWithGenerics(Coordinated.class, Renderer.class))
                .getObject();
    }

    @Test
    void aTenantsDocumentsStayWithTheRendererThatHasWorkedForIt() {
        String first = renderedBy("loyal");
        assertThat(first).isIn("renderer-1", "renderer-2", "renderer-3");
        List<String> next = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            next.add(renderedBy("loyal"));
        }
        assertThat(next).containsOnly(first);
        assertThat(desk.json(desk.get("/tenants/loyal/documents")).findValuesAsString("renderedBy"))
                .hasSize(6)
                .containsOnly(first);
    }

    @Test
    void whenThatRendererIsBusyAnotherOneRenders() throws Exception {
        String first = renderedBy("spills");
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch holds = new CountDownLatch(1);
        var held = renderers().require(first).submit(renderer -> {
            holds.countDown();
            open.await();
            return first;
        });
        try {
            holds.await();
            assertThat(renderedBy("spills")).isNotEqualTo(first);
        } finally {
            open.countDown();
        }
        assertThat(held.join().worker()).isEqualTo(first);
    }

    @Test
    void theEndpointShowsEveryRenderer() {
        Coordinator<?, ?> coordinator = running.context.getBean("renderers", Coordinator.class);
        await().until(() ->
                coordinator.stats().workers().values().stream().allMatch(worker -> worker.state() == WorkerState.IDLE));
        HttpResponse<String> shown = desk.get("/actuator/fairway/coordinators/renderers");
        assertThat(shown.statusCode()).as(shown.body()).isEqualTo(200);
        assertThat(shown.body()).contains("renderer-1", "renderer-2", "renderer-3");
    }

    @Test
    void documentsComeOnTheirTenantsLetterhead() {
        assertThat(desk.get("/tenants/letters/letterhead").statusCode()).isEqualTo(404);
        assertThat(desk.ended(desk.accepted("letters", "plain")).body())
                .contains("<main class=\"document\">\n<p>plain</p>");

        assertThat(putLetterhead("letters", "*Above*\n\n{{body}}\n\nBelow").statusCode())
                .isEqualTo(204);
        assertThat(desk.get("/tenants/letters/letterhead").body()).isEqualTo("*Above*\n\n{{body}}\n\nBelow");
        assertThat(desk.ended(desk.accepted("letters", "first")).body())
                .contains("<p><em>Above</em></p>\n<p>first</p>\n<p>Below</p>");

        assertThat(putLetterhead("letters", "{{body}}\n\nOther").statusCode()).isEqualTo(204);
        assertThat(desk.ended(desk.accepted("letters", "second")).body())
                .contains("<p>second</p>\n<p>Other</p>")
                .doesNotContain("Above");

        assertThat(desk.delete("/tenants/letters/letterhead").statusCode()).isEqualTo(204);
        assertThat(desk.ended(desk.accepted("letters", "third")).body()).doesNotContain("Other");
        assertThat(desk.delete("/tenants/letters/letterhead").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "nothing to put it in, 'a letterhead must have {{body}} in one place, not in 0'",
        "{{body}} and {{body}}, 'a letterhead must have {{body}} in one place, not in 2'"
    })
    void aLetterheadWithoutOnePlaceForTheDocumentIsRefused(String markdown, String detail) {
        HttpResponse<String> refused = putLetterhead("wrong", markdown);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(desk.json(refused).path("detail").asString()).isEqualTo(detail);
        assertThat(desk.json(refused).path("value").asString()).isEqualTo(markdown);
        assertThat(desk.get("/tenants/wrong/letterhead").statusCode()).isEqualTo(404);
    }
}
