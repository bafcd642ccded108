package dev.fairway.spring.autoconfigure.endpoint;

import dev.fairway.scheduler.CancelReport;
import dev.fairway.scheduler.ChannelControl;
import dev.fairway.scheduler.SchedulerControl;
import dev.fairway.spring.autoconfigure.SchedulerBeans;
import java.util.LinkedHashMap;
import java.util.Map;

/** Schedulers and their channels. */
final class SchedulerSection extends Section {
    private final SchedulerBeans schedulers;

    SchedulerSection(SchedulerBeans schedulers) {
        this.schedulers = schedulers;
    }

    @Override
    Map<String, Object> all() {
        Map<String, Object> views = new LinkedHashMap<>();
        schedulers
                .all()
                .forEach((name, scheduler) -> views.put(name, SchedulerView.of(name, scheduler, PARTS_IN_OVERVIEW)));
        return views;
    }

    @Override
    Object one(String name, int limit) {
        return SchedulerView.of(name, scheduler(name), limit);
    }

    @Override
    Object part(String name, String part) {
        return ChannelView.of(channel(name, part));
    }

    @Override
    Change changeOne(String name, Map<String, String> body) {
        SchedulerControl scheduler = scheduler(name);
        String workers = body.get("workers");
        if (workers == null) {
            throw BadRequest.nothing("'workers'");
        }
        int count = atLeastOne("workers", workers);
        scheduler.workers(count);
        return new Change(Map.of("scheduler", name, "workers", count), SchedulerView.of(name, scheduler, PARTS));
    }

    @Override
    Change changePart(String name, String part, Map<String, String> body) {
        ChannelControl channel = channel(name, part);
        Map<String, Object> changes = new LinkedHashMap<>();
        body.forEach((field, value) -> {
            switch (field) {
                case "weight", "maxParallel" -> changes.put(field, atLeastOne(field, value));
                case "paused" -> changes.put(field, yesOrNo(field, value));
                default -> {}
            }
        });
        if (changes.isEmpty()) {
            throw BadRequest.nothing("one or more of 'weight', 'maxParallel' and 'paused'");
        }
        changes.forEach((field, value) -> apply(channel, field, value));
        changes.put("scheduler", name);
        changes.put("channel", part);
        return new Change(changes, ChannelView.of(channel));
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

    @Override
    Change cancelPart(String name, String part) {
        CancelReport report = channel(name, part).cancelAll();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("channel", report.channel());
        view.put("dropped", report.dropped());
        view.put("suppressed", report.suppressed());
        view.put("committing", report.committing());
        Map<String, Object> audited = new LinkedHashMap<>(view);
        audited.put("scheduler", name);
        return new Change(audited, view);
    }

    private SchedulerControl scheduler(String name) {
        return schedulers
                .find(name)
                .orElseThrow(() -> BadRequest.unknown("no scheduler '" + name + "' (schedulers: "
                        + list(schedulers.all().keySet()) + ")"));
    }

    private ChannelControl channel(String name, String channel) {
        SchedulerControl scheduler = scheduler(name);
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
}
