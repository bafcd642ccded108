package dev.fairway.spring.autoconfigure.endpoint;

import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.dispatcher.ReceiverStats;
import dev.fairway.spring.autoconfigure.DispatcherBeans;
import java.util.LinkedHashMap;
import java.util.Map;

/** Dispatchers and their receivers, of which nothing can be changed. */
final class DispatcherSection extends Section {
    private final DispatcherBeans dispatchers;

    DispatcherSection(DispatcherBeans dispatchers) {
        this.dispatchers = dispatchers;
    }

    @Override
    Map<String, Object> all() {
        Map<String, Object> views = new LinkedHashMap<>();
        dispatchers
                .all()
                .forEach((name, dispatcher) -> views.put(name, DispatcherView.of(name, dispatcher, PARTS_IN_OVERVIEW)));
        return views;
    }

    @Override
    Object one(String name, int limit) {
        return DispatcherView.of(name, dispatcher(name), limit);
    }

    @Override
    Object part(String name, String part) {
        Map<String, ReceiverStats> receivers = dispatcher(name).stats().receivers();
        ReceiverStats receiver = receivers.get(part);
        if (receiver == null) {
            throw BadRequest.unknown("no receiver '" + part + "' in dispatcher '" + name + "' (receivers: "
                    + list(receivers.keySet()) + ")");
        }
        return ReceiverView.of(receiver);
    }

    private ClockedDispatcher<?> dispatcher(String name) {
        return dispatchers
                .find(name)
                .orElseThrow(() -> BadRequest.unknown("no dispatcher '" + name + "' (dispatchers: "
                        + list(dispatchers.all().keySet()) + ")"));
    }
}
