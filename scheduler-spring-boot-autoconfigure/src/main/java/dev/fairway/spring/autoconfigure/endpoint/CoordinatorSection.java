package dev.fairway.spring.autoconfigure.endpoint;

import dev.fairway.coordinator.Coordinator;
import dev.fairway.spring.autoconfigure.CoordinatorBeans;
import java.util.LinkedHashMap;
import java.util.Map;

/** Coordinators and their workers. */
final class CoordinatorSection extends Section {
    private final CoordinatorBeans coordinators;

    CoordinatorSection(CoordinatorBeans coordinators) {
        this.coordinators = coordinators;
    }

    @Override
    Map<String, Object> all() {
        Map<String, Object> views = new LinkedHashMap<>();
        coordinators
                .all()
                .forEach((name, coordinator) ->
                        views.put(name, CoordinatorView.of(name, coordinator, PARTS_IN_OVERVIEW)));
        return views;
    }

    @Override
    Object one(String name, int limit) {
        return CoordinatorView.of(name, coordinator(name), limit);
    }

    @Override
    Object part(String name, String part) {
        return worker(name, coordinator(name), part);
    }

    @Override
    Change changePart(String name, String part, Map<String, String> body) {
        Coordinator<?, ?> coordinator = coordinator(name);
        worker(name, coordinator, part);
        String quarantined = body.get("quarantined");
        if (quarantined == null) {
            throw BadRequest.nothing("'quarantined'");
        }
        boolean aside = yesOrNo("quarantined", quarantined);
        try {
            if (aside) {
                coordinator.quarantine(part);
            } else {
                coordinator.release(part);
            }
        } catch (RuntimeException e) {
            worker(name, coordinator, part); // it was removed meanwhile
            throw e;
        }
        return new Change(
                Map.of("coordinator", name, "worker", part, "quarantined", aside), worker(name, coordinator, part));
    }

    private Coordinator<?, ?> coordinator(String name) {
        return coordinators
                .find(name)
                .orElseThrow(() -> BadRequest.unknown("no coordinator '" + name + "' (coordinators: "
                        + list(coordinators.all().keySet()) + ")"));
    }

    private static WorkerView worker(String name, Coordinator<?, ?> coordinator, String worker) {
        return coordinator.stats(worker).map(WorkerView::of).orElseThrow(() -> unknown(name, coordinator, worker));
    }

    private static BadRequest unknown(String name, Coordinator<?, ?> coordinator, String worker) {
        return BadRequest.unknown("no worker '" + worker + "' in coordinator '" + name + "' (workers: "
                + list(coordinator.workers()) + ")");
    }
}
