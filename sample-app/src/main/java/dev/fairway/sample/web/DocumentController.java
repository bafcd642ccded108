package dev.fairway.sample.web;

import dev.fairway.sample.desk.DocumentText;
import dev.fairway.sample.desk.Intake;
import dev.fairway.sample.desk.InvalidInputException;
import dev.fairway.sample.desk.JobStatus;
import dev.fairway.sample.desk.PrintDesk;
import dev.fairway.sample.desk.PrintJob;
import dev.fairway.sample.desk.Tenants;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

/** Markdown in, HTML out. */
@RestController
@RequestMapping("/tenants/{tenant}/documents")
class DocumentController {
    private static final MediaType MARKDOWN_UTF_8 = new MediaType(MediaType.TEXT_MARKDOWN, StandardCharsets.UTF_8);
    private static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);

    private final Intake intake;
    private final PrintDesk desk;

    DocumentController(Intake intake, PrintDesk desk) {
        this.intake = intake;
        this.desk = desk;
    }

    @PostMapping(consumes = MediaType.TEXT_MARKDOWN_VALUE)
    ResponseEntity<Document> accept(
            @PathVariable String tenant,
            @RequestParam(required = false) @Nullable String title,
            @RequestParam(required = false) @Nullable String name,
            HttpServletRequest request)
            throws IOException, HttpMediaTypeNotSupportedException {
        Tenants.check(tenant);
        requireUtf8(request);
        intake.checkSize(request.getContentLengthLong());
        PrintJob job = intake.job(UUID.randomUUID(), tenant, title == null ? name : title, body(request));
        desk.submit(job);
        URI location = location(tenant, job.id());
        return ResponseEntity.accepted()
                .location(location)
                .body(new Document(job.id(), tenant, JobStatus.State.WAITING.words(), location));
    }

    @GetMapping("/{id}")
    ResponseEntity<?> read(@PathVariable String tenant, @PathVariable String id) {
        Tenants.check(tenant);
        UUID uuid = uuid(id);
        Optional<JobStatus> status = desk.status(tenant, uuid);
        if (status.isEmpty()) {
            DocumentText text = desk.text(tenant, uuid);
            return ResponseEntity.ok()
                    .contentType(HTML)
                    .headers(headers -> {
                        if (text.renderedBy() != null) {
                            headers.add("X-Rendered-By", text.renderedBy());
                        }
                        if (text.timestamp() != null) {
                            headers.add("X-Ledger-Timestamp", String.valueOf(text.timestamp()));
                        }
                    })
                    .body(DocumentPage.of(text));
        }
        JobStatus.State state = status.get().state();
        if (state.isOpen()) {
            return ResponseEntity.accepted()
                    .contentType(MediaType.APPLICATION_JSON)
                    .header(HttpHeaders.RETRY_AFTER, "1")
                    .body(new Document(uuid, tenant, state.words(), location(tenant, uuid)));
        }
        HttpStatus answer = state == JobStatus.State.CANCELLED ? HttpStatus.GONE : HttpStatus.CONFLICT;
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                answer, "document " + uuid + " of tenant '" + tenant + "' was " + state.words());
        problem.setProperty("state", state.words());
        return ResponseEntity.of(problem).build();
    }

    /** The content type may say otherwise than the bytes; nobody can tell then what they mean. */
    private static void requireUtf8(HttpServletRequest request) throws HttpMediaTypeNotSupportedException {
        MediaType type = MediaType.parseMediaType(request.getContentType());
        if (type.getCharset() != null && !type.getCharset().equals(StandardCharsets.UTF_8)) {
            throw new HttpMediaTypeNotSupportedException(type, List.of(MARKDOWN_UTF_8));
        }
    }

    private byte[] body(HttpServletRequest request) {
        try (InputStream in = request.getInputStream()) {
            return intake.read(in);
        } catch (IOException e) {
            throw new InvalidInputException("body", "incomplete", "the document did not arrive: " + e.getMessage());
        }
    }

    /** Stricter than {@link UUID#fromString}, which takes what no desk has given out. */
    private static UUID uuid(String id) {
        try {
            UUID uuid = UUID.fromString(id);
            if (uuid.toString().equalsIgnoreCase(id)) {
                return uuid;
            }
        } catch (IllegalArgumentException e) {
            // answered below
        }
        throw new InvalidInputException("id", id, "document id must be a UUID, not '" + id + "'");
    }

    static URI location(String tenant, UUID id) {
        return UriComponentsBuilder.fromPath("/tenants/{tenant}/documents/{id}")
                .encode()
                .buildAndExpand(tenant, id)
                .toUri();
    }

    /**
     * A document that was accepted.
     *
     * @param id its id
     * @param tenant its tenant
     * @param state where it stands
     * @param href where it will be
     */
    record Document(UUID id, String tenant, String state, URI href) {}
}
