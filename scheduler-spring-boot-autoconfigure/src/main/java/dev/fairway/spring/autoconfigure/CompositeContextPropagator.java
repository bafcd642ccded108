package dev.fairway.spring.autoconfigure;

import dev.fairway.ContextPropagator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several propagators as one: restored in their order, brought back in the opposite one. */
final class CompositeContextPropagator implements ContextPropagator {
    private final List<ContextPropagator> propagators;

    private CompositeContextPropagator(List<ContextPropagator> propagators) {
        this.propagators = propagators;
    }

    static ContextPropagator of(List<ContextPropagator> propagators) {
        return propagators.size() == 1 ? propagators.get(0) : new CompositeContextPropagator(List.copyOf(propagators));
    }

    @Override
    public @Nullable Snapshot capture() {
        List<Snapshot> captured = new ArrayList<>(propagators.size());
        for (ContextPropagator propagator : propagators) {
            Snapshot snapshot = propagator.capture();
            if (snapshot != null) {
                captured.add(snapshot);
            }
        }
        return switch (captured.size()) {
            case 0 -> null;
            case 1 -> captured.get(0);
            default -> new Several(captured);
        };
    }

    /** What several have captured for one task. */
    record Several(List<Snapshot> captured) implements Snapshot {
        @Override
        public Scope restore() {
            return CompositeContextPropagator.restore(captured);
        }
    }

    private static Scope restore(List<Snapshot> captured) {
        Deque<Scope> scopes = new ArrayDeque<>(captured.size());
        try {
            for (Snapshot snapshot : captured) {
                scopes.push(snapshot.restore());
            }
        } catch (RuntimeException | Error e) {
            closeAll(scopes);
            throw e;
        }
        return () -> closeAll(scopes);
    }

    /** Also when one throws, the others bring back what was there. */
    private static void closeAll(Deque<Scope> scopes) {
        Scope scope = scopes.poll();
        if (scope != null) {
            try {
                scope.close();
            } finally {
                closeAll(scopes);
            }
        }
    }
}
