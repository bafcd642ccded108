package dev.fairway.scheduler;

import dev.fairway.TaskExpiredException;
import dev.fairway.TaskFailedException;
import org.jspecify.annotations.Nullable;

/** Takes the outcome of a task: exactly one of these is called, once, under no lock. */
interface TaskSink<R extends @Nullable Object> {
    void completed(R result);

    void failed(TaskFailedException failure);

    /** The task was cancelled in the channel of that name, before its start or before its commit. */
    void cancelled(String channel);

    void expired(TaskExpiredException failure);
}
