package dev.fairway;

import org.jspecify.annotations.Nullable;

/** A handle without a task. */
final class CompletedTaskHandle<R extends @Nullable Object> extends AbstractTaskHandle<R> {
    CompletedTaskHandle(R value) {
        succeed(value);
    }

    @Override
    public boolean cancel(CancelOption... options) {
        return false;
    }

    @Override
    public TaskState state() {
        return TaskState.COMPLETED;
    }
}
