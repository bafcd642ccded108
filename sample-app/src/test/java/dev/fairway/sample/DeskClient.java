package dev.fairway.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks HTTP to a desk. */
final class DeskClient {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI base;

    DeskClient(int port) {
        this.base = URI.create("http://localhost:" + port);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(30));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<String> get(String path) {
        return send(request(path));
    }

    HttpResponse<String> delete(String path) {
        return send(request(path).DELETE());
    }

    HttpResponse<String> upload(String path, byte[] body) {
        return send(request(path).header("Content-Type", "text/markdown").POST(BodyPublishers.ofByteArray(body)));
    }

    HttpResponse<String> upload(String tenant, String markdown) {
        return upload("/tenants/" + tenant + "/documents", markdown.getBytes(StandardCharsets.UTF_8));
    }

    /** Uploads a document that must be accepted, and returns where it will be. */
    String accepted(String tenant, String markdown) {
        HttpResponse<String> response = upload(tenant, markdown);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        return response.headers().firstValue("Location").orElseThrow();
    }

    /** Waits until the document is no longer on its way. */
    HttpResponse<String> ended(String location) {
        return await().until(() -> get(location), response -> response.statusCode() != 202);
    }

    void awaitState(String location, String state) {
        await().until(() -> json(get(location)).path("state").asString(), state::equals);
    }

    JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }
}
