package dev.fairway.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Each refusal is a problem detail that names the thing and the value. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "import=none",
            "spring.datasource.url=jdbc:h2:mem:bad-input;DB_CLOSE_DELAY=-1",
            "print-desk.max-document-size=1000B"
        })
class BadInputTest {
    private static final String DOCUMENTS = "/tenants/acme/documents";

    private final DeskClient desk;

    BadInputTest(@LocalServerPort int port) {
        this.desk = new DeskClient(port);
    }

    @Test
    void textThatIsNotUtf8() {
        byte[] latin1 = "Grüße".getBytes(StandardCharsets.ISO_8859_1);
        assertProblem(
                desk.upload(DOCUMENTS, latin1), 400, "the document is not UTF-8: byte 0xFC at position 2", "0xFC");
    }

    @Test
    void textThatEndsWithinACharacter() {
        byte[] cut = {'a', (byte) 0xE2, (byte) 0x82};
        assertProblem(desk.upload(DOCUMENTS, cut), 400, "the document is not UTF-8: byte 0xE2 at position 1", "0xE2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", " \n\t\r\n", "\uFEFF"})
    void textWithNothingInIt(String nothing) {
        int bytes = nothing.getBytes(StandardCharsets.UTF_8).length;
        assertProblem(
                desk.upload("acme", nothing),
                400,
                "the document is empty: " + bytes + " bytes with no text",
                bytes + " bytes");
    }

    @Test
    void aDocumentThatIsOneByteTooLarge() {
        assertThat(desk.upload("acme", "a".repeat(1000)).statusCode()).isEqualTo(202);
        assertProblem(
                desk.upload("acme", "a".repeat(1001)),
                413,
                "the document has 1001 bytes; at most 1000 are accepted",
                null);
    }

    @Test
    void aDocumentThatIsTooLargeAndDoesNotSayHowLarge() {
        byte[] large = "a".repeat(5000).getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> response = desk.send(desk.request(DOCUMENTS)
                .header("Content-Type", "text/markdown")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))));
        assertProblem(response, 413, "the document has more than 1000 bytes; at most 1000 are accepted", null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "application/json", "text/markdown;charset=ISO-8859-1", "text/markdown;charset=x"})
    void anotherContentType(String type) {
        HttpResponse<String> response = desk.send(
                desk.request(DOCUMENTS).header("Content-Type", type).POST(BodyPublishers.ofString("# Hello")));
        assertProblem(
                response,
                415,
                "Content-Type '" + type + "' is not supported: supported here are [text/markdown"
                        + (type.contains("ISO") ? ";charset=UTF-8]" : "]"),
                null);
    }

    @Test
    void noContentType() {
        HttpResponse<String> response = desk.send(desk.request(DOCUMENTS).POST(BodyPublishers.ofString("# Hello")));
        assertProblem(response, 415, "there is no Content-Type: supported here are [text/markdown]", null);
    }

    @Test
    void utf8MayBeNamed() {
        HttpResponse<String> response = desk.send(desk.request(DOCUMENTS)
                .header("Content-Type", "text/markdown; charset=utf-8")
                .POST(BodyPublishers.ofString("# Hello")));
        assertThat(response.statusCode()).isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource({
        "%20, ' ', 'tenant name must not be blank: '",
        "a%20b, a b, 'tenant name must be letters, digits, ''.'', ''_'' and ''-'', and begin with a letter or digit: '",
        "a%2Fb, a/b, 'tenant name must be letters, digits, ''.'', ''_'' and ''-'', and begin with a letter or digit: '",
        "_other, _other, 'tenant name must be letters, digits, ''.'', ''_'' and ''-'', and begin with a letter or digit: '",
        "%3Cb%3E, <b>, 'tenant name must be letters, digits, ''.'', ''_'' and ''-'', and begin with a letter or digit: '"
    })
    void aTenantsNameThatCannotBeOne(String path, String name, String message) {
        String detail = message + "'" + name + "'";
        assertProblem(desk.upload(path, "# Hello"), 400, detail, name);
        assertProblem(desk.get("/tenants/" + path + "/documents"), 400, detail, name);
        assertProblem(desk.delete("/tenants/" + path + "/queue"), 400, detail, name);
    }

    @Test
    void aTenantsNameThatIsTooLong() {
        assertThat(desk.upload("a".repeat(64), "# Hello").statusCode()).isEqualTo(202);
        String name = "a".repeat(65);
        assertProblem(
                desk.upload(name, "# Hello"),
                400,
                "tenant name must have at most 64 characters, not 65: '" + name + "'",
                name);
    }

    @Test
    void aTitleThatIsTooLongOrOfSeveralLines() {
        byte[] body = "# Hello".getBytes(StandardCharsets.UTF_8);
        String title = "a".repeat(201);
        assertProblem(
                desk.upload(DOCUMENTS + "?title=" + title, body),
                400,
                "title must have at most 200 characters, not 201",
                title);
        assertProblem(
                desk.upload(DOCUMENTS + "?title=a%0Ab", body),
                400,
                "title must not have control characters: 'a\nb'",
                "a\nb");
    }

    @Test
    void aTenantOfWhomNobodyHasHeard() {
        assertProblem(desk.get("/tenants/nobody/documents"), 404, "no tenant 'nobody'", null);
        assertProblem(desk.delete("/tenants/nobody/queue"), 404, "no tenant 'nobody'", null);
    }

    @Test
    void aDocumentThatIsNotThere() {
        String id = "00000000-0000-0000-0000-000000000000";
        assertProblem(desk.get(DOCUMENTS + "/" + id), 404, "tenant 'acme' has no document " + id, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"42", "1-1-1-1-1", "00000000-0000-0000-0000-00000000000g"})
    void anIdThatIsNone(String id) {
        assertProblem(desk.get(DOCUMENTS + "/" + id), 400, "document id must be a UUID, not '" + id + "'", id);
    }

    @Test
    void limitsThatAreNone() {
        assertProblem(desk.get(DOCUMENTS + "?limit=0"), 400, "limit must be from 1 to 1000, not 0", "0");
        assertProblem(desk.get(DOCUMENTS + "?limit=many"), 400, "Failed to convert 'limit' with value: 'many'", null);
    }

    private void assertProblem(HttpResponse<String> response, int status, String detail, String value) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = desk.json(response);
        assertThat(problem.path("detail").asString()).isEqualTo(detail);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        if (value != null) {
            assertThat(problem.path("value").asString()).isEqualTo(value);
        }
    }
}
