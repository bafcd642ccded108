package dev.fairway.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What a tenant does every day. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"import=none", "spring.datasource.url=jdbc:h2:mem:printing;DB_CLOSE_DELAY=-1"})
class PrintingTest {
    private final DeskClient desk;
    private final JdbcClient jdbc;

    PrintingTest(@LocalServerPort int port, @Autowired JdbcClient jdbc) {
        this.desk = new DeskClient(port);
        this.jdbc = jdbc;
    }

    @Test
    void markdownComesBackAsHtml() {
        HttpResponse<String> html = desk.ended(desk.accepted("acme", "# Grüße\n\n| a | b |\n|---|---|\n| 1 | *2* |\n"));
        assertThat(html.statusCode()).isEqualTo(200);
        assertThat(html.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
        assertThat(html.body()).contains("<title>Grüße</title>", "<h1>Grüße</h1>", "<td>1</td>", "<em>2</em>");
    }

    @Test
    void theAnswerSaysWhereTheDocumentWillBe() {
        HttpResponse<String> response = desk.upload("acme", "# Hello");
        JsonNode answer = desk.json(response);
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.headers().firstValue("Location"))
                .hasValue("/tenants/acme/documents/" + answer.path("id").asString())
                .hasValue(answer.path("href").asString());
    }

    @Test
    void nothingInADocumentIsDangerousToItsReader() {
        String markdown = """
                # <script>alert(1)</script> & more

                <img src=x onerror=alert(1)>

                [click](javascript:alert(1)) ![picture](javascript:alert(2)) [fine](https://example.org/?a=1&b=2)
                """;
        HttpResponse<String> html = desk.ended(desk.accepted("acme", markdown));
        assertThat(html.body())
                .contains("<title>&lt;script&gt;alert(1)&lt;/script&gt; &amp; more</title>")
                .contains("&lt;img src=x onerror=alert(1)&gt;")
                .contains("https://example.org/?a=1&amp;b=2")
                .doesNotContain("<script", "<img src=x", "javascript:");
        assertThat(html.headers().firstValue("Content-Security-Policy"))
                .get()
                .asString()
                .contains("default-src 'none'");
    }

    @Test
    void aTitleMayBeGiven() {
        String location = desk.upload("/tenants/titled/documents?title=A%20%26%20B", "# Heading".getBytes())
                .headers()
                .firstValue("Location")
                .orElseThrow();
        assertThat(desk.ended(location).body()).contains("<title>A &amp; B</title>");
        desk.ended(desk.accepted("titled", "no heading"));
        assertThat(desk.json(desk.get("/tenants/titled/documents")).findValuesAsString("title"))
                .as("newest first")
                .containsExactly("Untitled", "A & B");
    }

    @Test
    void aLongHeadingIsCutForItsTitle() {
        desk.ended(desk.accepted("long", "# " + "😀".repeat(150)));
        assertThat(desk.json(desk.get("/tenants/long/documents")).findValuesAsString("title"))
                .containsExactly("😀".repeat(100));
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheText() {
        assertThat(desk.ended(desk.accepted("acme", "\uFEFF# Heading")).body()).contains("<h1>Heading</h1>");
    }

    @Test
    void theListIsReadInParts() {
        for (int i = 1; i <= 5; i++) {
            desk.ended(desk.accepted("list", "# " + i));
        }
        JsonNode newest = desk.json(desk.get("/tenants/list/documents?limit=2"));
        assertThat(newest.findValuesAsString("title")).containsExactly("5", "4");
        long before = newest.get(1).path("number").asLong();
        assertThat(desk.json(desk.get("/tenants/list/documents?before=" + before))
                        .findValuesAsString("title"))
                .containsExactly("3", "2", "1");
    }

    @Test
    void tenantsAreListedWithWhatTheyHave() {
        desk.ended(desk.accepted("listed", "# 1"));
        JsonNode tenants = desk.json(desk.get("/tenants"));
        assertThat(tenants.findValuesAsString("tenant"))
                .contains("acme", "listed")
                .isSorted();
        JsonNode listed = tenants.valueStream()
                .filter(tenant -> tenant.path("tenant").asString().equals("listed"))
                .findFirst()
                .orElseThrow();
        assertThat(listed.toString()).isEqualTo("{\"tenant\":\"listed\",\"documents\":1,\"waiting\":0,\"running\":0}");
    }

    @Test
    void aDocumentOfAnotherTenantIsNotFound() {
        String location = desk.accepted("acme", "# Secret");
        desk.ended(location);
        assertThat(desk.get(location.replace("acme", "globex")).statusCode()).isEqualTo(404);
    }

    @Test
    void whatCannotBeStoredIsSaidAndHoldsNobodyUp() {
        jdbc.sql("alter table document add constraint no_poison check (title <> 'Poison')")
                .update();
        String poison = desk.accepted("acme", "# Poison");
        HttpResponse<String> problem = desk.ended(poison);
        assertThat(problem.statusCode()).isEqualTo(409);
        assertThat(desk.json(problem).path("detail").asString())
                .startsWith("document ")
                .endsWith(" of tenant 'acme' was not stored");
        assertThat(desk.ended(desk.accepted("acme", "# Healthy")).statusCode()).isEqualTo(200);
    }

    @Test
    void thePageAndTheActuatorAnswer() {
        HttpResponse<String> page = desk.get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("Print desk").doesNotContain("http://", "https://");
        assertThat(desk.get("/desk.js").statusCode()).isEqualTo(200);
        assertThat(desk.get("/desk.css").statusCode()).isEqualTo(200);
        desk.ended(desk.accepted("acme", "# Measured"));
        assertThat(desk.json(desk.get("/actuator/health")).path("status").asString())
                .isEqualTo("UP");
        assertThat(desk.get("/actuator/fairway/schedulers/render/acme").body()).contains("\"weight\":3");
        await().untilAsserted(() -> assertThat(desk.get("/actuator/metrics/fairway.scheduler.wait?tag=channel:acme")
                        .statusCode())
                .isEqualTo(200));
    }
}
