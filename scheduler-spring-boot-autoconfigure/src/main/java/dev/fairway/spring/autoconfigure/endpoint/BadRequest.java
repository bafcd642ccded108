package dev.fairway.spring.autoconfigure.endpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.util.MimeType;

/** What a request got wrong, to be answered with a problem detail (RFC 9457). */
final class BadRequest extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final MimeType PROBLEM = MimeType.valueOf("application/problem+json");

    private final int status;
    private final String title;
    private final @Nullable String field;
    private final @Nullable String value;

    private BadRequest(int status, String title, String detail, @Nullable String field, @Nullable String value) {
        super(detail, null, false, false);
        this.status = status;
        this.title = title;
        this.field = field;
        this.value = value;
    }

    static BadRequest field(String field, String value, String allowed) {
        return new BadRequest(
                WebEndpointResponse.STATUS_BAD_REQUEST,
                "Bad Request",
                "'" + field + "' must be " + allowed + ", not '" + value + "'",
                field,
                value);
    }

    static BadRequest nothing(String fields) {
        return new BadRequest(
                WebEndpointResponse.STATUS_BAD_REQUEST,
                "Bad Request",
                "nothing to change: the body needs " + fields,
                null,
                null);
    }

    static BadRequest unknown(String detail) {
        return new BadRequest(WebEndpointResponse.STATUS_NOT_FOUND, "Not Found", detail, null, null);
    }

    static BadRequest notAllowed(String detail) {
        return new BadRequest(405, "Method Not Allowed", detail, null, null);
    }

    WebEndpointResponse<Object> response() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "about:blank");
        body.put("title", title);
        body.put("status", status);
        body.put("detail", String.valueOf(getMessage()));
        if (field != null && value != null) {
            body.put("field", field);
            body.put("value", value);
        }
        return new WebEndpointResponse<>(body, status, PROBLEM);
    }
}
