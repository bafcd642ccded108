package dev.fairway.spring.autoconfigure.context;

import dev.fairway.ContextPropagator;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

/**
 * Carries the authentication, in a security context of the task's own: that of the submitter may have changed, or been cleared, by
 * the time the task runs.
 */
final class SecurityContextPropagator implements ContextPropagator {
    private final SecurityContextHolderStrategy holder;

    SecurityContextPropagator(SecurityContextHolderStrategy holder) {
        this.holder = holder;
    }

    @Override
    public @Nullable Snapshot capture() {
        Authentication submitter = holder.getContext().getAuthentication();
        return submitter == null ? null : () -> restore(submitter);
    }

    private Scope restore(Authentication submitter) {
        SecurityContext workers = holder.getContext();
        SecurityContext tasks = holder.createEmptyContext();
        tasks.setAuthentication(submitter);
        holder.setContext(tasks);
        return () -> {
            if (workers.getAuthentication() == null) {
                holder.clearContext();
            } else {
                holder.setContext(workers);
            }
        };
    }
}
