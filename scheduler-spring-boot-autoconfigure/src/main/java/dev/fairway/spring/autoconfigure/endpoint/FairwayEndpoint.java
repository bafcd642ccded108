package dev.fairway.spring.autoconfigure.endpoint;

import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.context.ApplicationEventPublisher;

/**
 * {@code /actuator/fairway}: what there is and what it does, and, where {@code management.endpoint.fairway.access} is
 * {@code unrestricted}, changes. Each change is published as an audit event that names who, what and on what.
 *
 * <p>Fields of a body arrive as text, whatever they are in JSON, and are taken as that: so a bad one is answered by us, naming
 * it, and not by a converter. All are checked before the first is applied.
 */
@WebEndpoint(id = "fairway", defaultAccess = Access.READ_ONLY)
@RegisterReflectionForBinding({
    SchedulerView.class,
    ChannelView.class,
    CoordinatorView.class,
    WorkerView.class,
    DispatcherView.class,
    ReceiverView.class
})
final class FairwayEndpoint {
    static final String CHANGED = "FAIRWAY_CHANGED";
    static final String CANCELLED = "FAIRWAY_CANCELLED";

    private final Map<String, Section> sections;
    private final ApplicationEventPublisher events;

    /**
     * @param sections by the first part of their path
     * @param events takes the audit events
     */
    FairwayEndpoint(Map<String, Section> sections, ApplicationEventPublisher events) {
        this.sections = sections;
        this.events = events;
    }

    @ReadOperation
    Map<String, Object> all() {
        Map<String, Object> views = new LinkedHashMap<>();
        sections.forEach((kind, section) -> views.put(kind, section.all()));
        return views;
    }

    @ReadOperation
    WebEndpointResponse<Object> one(@Selector String kind, @Selector String name, @Nullable String limit) {
        return answer(
                () -> section(kind).one(name, limit == null ? Section.PARTS : Section.atLeastOne("limit", limit)));
    }

    @ReadOperation
    WebEndpointResponse<Object> part(@Selector String kind, @Selector String name, @Selector String part) {
        return answer(() -> section(kind).part(name, part));
    }

    @WriteOperation
    WebEndpointResponse<Object> changeOne(
            SecurityContext user, @Selector String kind, @Selector String name, @Nullable String workers) {
        return answer(() -> {
            Map<String, String> body = new LinkedHashMap<>();
            sent(body, "workers", workers);
            return audited(user, CHANGED, section(kind).changeOne(name, body));
        });
    }

    @WriteOperation
    WebEndpointResponse<Object> changePart(
            SecurityContext user,
            @Selector String kind,
            @Selector String name,
            @Selector String part,
            @Nullable String weight,
            @Nullable String maxParallel,
            @Nullable String paused,
            @Nullable String quarantined) {
        return answer(() -> {
            Map<String, String> body = new LinkedHashMap<>();
            sent(body, "weight", weight);
            sent(body, "maxParallel", maxParallel);
            sent(body, "paused", paused);
            sent(body, "quarantined", quarantined);
            return audited(user, CHANGED, section(kind).changePart(name, part, body));
        });
    }

    private static void sent(Map<String, String> body, String field, @Nullable String value) {
        if (value != null) {
            body.put(field, value);
        }
    }

    @DeleteOperation
    WebEndpointResponse<Object> cancelPart(
            SecurityContext user, @Selector String kind, @Selector String name, @Selector String part) {
        return answer(() -> audited(user, CANCELLED, section(kind).cancelPart(name, part)));
    }

    private Object audited(SecurityContext user, String type, Section.Change change) {
        Principal principal = user.getPrincipal();
        events.publishEvent(new AuditApplicationEvent(
                principal == null ? "anonymous" : principal.getName(), type, new LinkedHashMap<>(change.audited())));
        return change.answer();
    }

    private Section section(String kind) {
        Section section = sections.get(kind);
        if (section == null) {
            throw BadRequest.unknown("no '" + kind + "' here (there are: " + Section.list(sections.keySet()) + ")");
        }
        return section;
    }

    private static WebEndpointResponse<Object> answer(Supplier<Object> operation) {
        try {
            return new WebEndpointResponse<>(operation.get());
        } catch (BadRequest e) {
            return e.response();
        }
    }
}
