package dev.fairway.sample.desk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Looks at what is handed in, and makes a job of it. */
@Component
public final class Intake {
    /** How many characters a title may have. */
    public static final int MAX_TITLE = 200;

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final int maxBytes;

    Intake(DeskProperties properties) {
        this.maxBytes = Math.toIntExact(properties.maxDocumentSize().toBytes());
    }

    /**
     * Makes a job.
     *
     * @param id the document's id
     * @param tenant its tenant
     * @param title its title; null to take the first heading
     * @param body its text, in UTF-8
     * @return the job
     * @throws InvalidInputException when a part of it is not acceptable
     * @throws DocumentTooLargeException when it is too large
     */
    public PrintJob job(UUID id, String tenant, @Nullable String title, byte[] body) {
        return new PrintJob(id, Tenants.check(tenant), title(title), text(body), Instant.now());
    }

    /**
     * Refuses a document by its announced size, before it is read.
     *
     * @param bytes its size
     * @throws DocumentTooLargeException when that is too large
     */
    public void checkSize(long bytes) {
        if (bytes > maxBytes) {
            throw new DocumentTooLargeException(String.valueOf(bytes), maxBytes);
        }
    }

    /**
     * Reads a document, and no more than it takes to see that it is too large.
     *
     * @param in where it comes from
     * @return its bytes
     * @throws IOException when it does not arrive
     * @throws DocumentTooLargeException when it is too large
     */
    public byte[] read(InputStream in) throws IOException {
        byte[] body = in.readNBytes(maxBytes);
        if (in.read() >= 0) {
            throw new DocumentTooLargeException("more than " + maxBytes, maxBytes);
        }
        return body;
    }

    /**
     * {@return the text of what was handed in}
     *
     * @param body the text, in UTF-8
     * @throws InvalidInputException when it is something else, or empty
     * @throws DocumentTooLargeException when it is too large
     */
    public String text(byte[] body) {
        checkSize(body.length);
        String text = decode(body);
        if (text.startsWith(BYTE_ORDER_MARK)) {
            text = text.substring(1);
        }
        if (text.isBlank()) {
            throw new InvalidInputException(
                    "body", body.length + " bytes", "the document is empty: " + body.length + " bytes with no text");
        }
        return text;
    }

    /** Strict: a text that is not UTF-8 would be stored with holes, and nobody would notice. */
    private static String decode(byte[] body) {
        ByteBuffer bytes = ByteBuffer.wrap(body);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            // The decoder leaves the buffer where it stopped.
            int at = Math.min(bytes.position(), body.length - 1);
            String value = String.format("0x%02X", body[at]);
            throw new InvalidInputException(
                    "body", value, "the document is not UTF-8: byte " + value + " at position " + at);
        }
    }

    private static @Nullable String title(@Nullable String title) {
        if (title == null || title.isBlank()) {
            return null;
        }
        if (title.length() > MAX_TITLE) {
            throw new InvalidInputException(
                    "title", title, "title must have at most " + MAX_TITLE + " characters, not " + title.length());
        }
        if (title.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidInputException("title", title, "title must not have control characters: '" + title + "'");
        }
        return title.strip();
    }
}
