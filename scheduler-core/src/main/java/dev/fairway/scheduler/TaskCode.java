package dev.fairway.scheduler;

import org.jspecify.annotations.Nullable;

/** What the workers of a scheduler run. */
interface TaskCode<T, R extends @Nullable Object> {
    R process(T task) throws Exception;

    /** Whether the task has something to commit. */
    boolean commits(T task);

    void commit(T task, R result) throws Exception;

    static <T, R extends @Nullable Object> TaskCode<T, R> of(
            TaskFunction<? super T, ? extends R> process, @Nullable TaskCommit<? super T, ? super R> commit) {
        return new TaskCode<>() {
            @Override
            public R process(T task) throws Exception {
                return process.process(task);
            }

            @Override
            public boolean commits(T task) {
                return commit != null;
            }

            @Override
            public void commit(T task, R result) throws Exception {
                if (commit != null) {
                    commit.commit(task, result);
                }
            }
        };
    }
}
