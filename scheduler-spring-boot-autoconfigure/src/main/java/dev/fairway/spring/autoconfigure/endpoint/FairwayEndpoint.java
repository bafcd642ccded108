package dev.fairway.spring.autoconfigure.endpoint;

import dev.fairway.scheduler.CancelReport;
import dev.fairway.scheduler.ChannelControl;
import dev.fairway.scheduler.SchedulerControl;
import dev.fairway.spring.autoconfigure.SchedulerBeans;
import java.security.Principal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
final class FairwayEndpoint {
    static final String CHANGED = "FAIRWAY_CHANGED";
    static final String CANCELLED = "FAIRWAY_CANCELLED";

    private static final String SCHEDULERS = "schedulers";
    private static final int CHANNELS_IN_OVERVIEW = 10;
    private static final int CHANNELS = 100;
    private static final int MOST_IN_A_MESSAGE = 10;

    private final SchedulerBeans schedulers;
    private final ApplicationEventPublisher events;

    FairwayEndpoint(SchedulerBeans schedulers, ApplicationEventPublisher events) {
        this.schedulers = schedulers;
        this.events = events;
    }

    @ReadOperation
    Map<String, Object> all() {
        Map<String, Object> views = new LinkedHashMap<>();
        schedulers
                .all()
                .forEach((name, scheduler) -> views.put(name, SchedulerView.of(name, scheduler, CHANNELS_IN_OVERVIEW)));
        return Map.of(SCHEDULERS, views);
    }

    @ReadOperation
    WebEndpointResponse<Object> one(@Selector String kind, @Selector String name, @Nullable String limit) {
        return answer(() ->
                SchedulerView.of(name, scheduler(kind, name), limit == null ? CHANNELS : atLeastOne("limit", limit)));
    }

    @ReadOperation
    WebEndpointResponse<Object> part(@Selector String kind, @Selector String name, @Selector String part) {
        return answer(() -> ChannelView.of(channel(kind, name, part)));
    }

    @WriteOperation
    WebEndpointResponse<Object> changeOne(
            SecurityContext user, @Selector String kind, @Selector String name, @Nullable String workers) {
        return answer(() -> {
            SchedulerControl scheduler = scheduler(kind, name);
            if (workers == null) {
                throw BadRequest.nothing("'workers'");
            }
            int count = atLeastOne("workers", workers);
            scheduler.workers(count);
            audit(user, CHANGED, Map.of("scheduler", name, "workers", count));
            return SchedulerView.of(name, scheduler, CHANNELS);
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
            @Nullable String paused) {
        return answer(() -> {
            ChannelControl channel = channel(kind, name, part);
            if (weight == null && maxParallel == null && paused == null) {
                throw BadRequest.nothing("one or more of 'weight', 'maxParallel' and 'paused'");
            }
            Map<String, @Nullable Object> changes = new LinkedHashMap<>();
            if (weight != null) {
                changes.put("weight", atLeastOne("weight", weight));
            }
            if (maxParallel != null) {
                changes.put("maxParallel", atLeastOne("maxParallel", maxParallel));
            }
            if (paused != null) {
                changes.put("paused", yesOrNo("paused", paused));
            }
            changes.forEach((field, value) -> apply(channel, field, value));
            changes.put("scheduler", name);
            changes.put("channel", part);
            audit(user, CHANGED, changes);
            return ChannelView.of(channel);
        });
    }

    private static void apply(ChannelControl channel, String field, Object value) {
        if (field.equals("weight")) {
            channel.weight((Integer) value);
        } else if (field.equals("maxParallel")) {
            channel.maxParallel((Integer) value);
        } else if ((Boolean) value) {
            channel.pause();
        } else {
            channel.resume();
        }
    }

    @DeleteOperation
    WebEndpointResponse<Object> cancelPart(
            SecurityContext user, @Selector String kind, @Selector String name, @Selector String part) {
        return answer(() -> {
            CancelReport report = channel(kind, name, part).cancelAll();
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("channel", report.channel());
            view.put("dropped", report.dropped());
            view.put("suppressed", report.suppressed());
            view.put("committing", report.committing());
            Map<String, @Nullable Object> data = new LinkedHashMap<>(view);
            data.put("scheduler", name);
            audit(user, CANCELLED, data);
            return view;
        });
    }

    private void audit(SecurityContext user, String type, Map<String, @Nullable Object> data) {
        Principal principal = user.getPrincipal();
        events.publishEvent(
                new AuditApplicationEvent(principal == null ? "anonymous" : principal.getName(), type, data));
    }

    private SchedulerControl scheduler(String kind, String name) {
        if (!kind.equals(SCHEDULERS)) {
            throw BadRequest.unknown("no '" + kind + "' here (there are: [" + SCHEDULERS + "])");
        }
        return schedulers
                .find(name)
                .orElseThrow(() -> BadRequest.unknown("no scheduler '" + name + "' (schedulers: "
                        + list(schedulers.all().keySet()) + ")"));
    }

    private ChannelControl channel(String kind, String name, String channel) {
        SchedulerControl scheduler = scheduler(kind, name);
        return scheduler
                .findChannel(channel)
                .<ChannelControl>map(found -> found)
                .orElseThrow(() -> BadRequest.unknown("no channel '" + channel + "' in scheduler '" + name
                        + "' (channels: "
                        + list(scheduler.channels().stream()
                                .map(ChannelControl::name)
                                .toList())
                        + ")"));
    }

    private static String list(Collection<String> names) {
        String shown = names.stream().sorted().limit(MOST_IN_A_MESSAGE).collect(Collectors.joining(", "));
        return names.size() <= MOST_IN_A_MESSAGE ? "[" + shown + "]" : "[" + shown + ", … of " + names.size() + "]";
    }

    private static int atLeastOne(String field, String value) {
        try {
            int number = Integer.parseInt(value);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            // answered below
        }
        throw BadRequest.field(field, value, "a whole number from 1 to " + Integer.MAX_VALUE);
    }

    private static boolean yesOrNo(String field, String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw BadRequest.field(field, value, "true or false");
        };
    }

    private static WebEndpointResponse<Object> answer(Supplier<Object> operation) {
        try {
            return new WebEndpointResponse<>(operation.get());
        } catch (BadRequest e) {
            return e.response();
        }
    }
}
