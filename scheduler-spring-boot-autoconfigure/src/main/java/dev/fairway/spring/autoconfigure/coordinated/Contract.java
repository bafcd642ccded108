package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.Completed;
import dev.fairway.TaskHandle;
import dev.fairway.coordinator.Affinity;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.spring.autoconfigure.call.BlockedCaller;
import dev.fairway.spring.autoconfigure.call.ChainedFuture;
import dev.fairway.spring.autoconfigure.call.FlatTaskHandle;
import dev.fairway.spring.autoconfigure.call.TaskFuture;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A contract, and how calls of it become tasks of its workers.
 *
 * <p>A call goes one of three ways. One that a worker makes on itself runs where it is. While the application starts, and inside of
 * a call from then, it runs on the caller's thread in a turn that is lent to it ({@link Lease}). Otherwise the coordinator's threads
 * run it.
 */
final class Contract {
    /** That of the coordinator. */
    final String name;

    final Crew crew;

    private final StartUp startUp;

    Contract(String name, Crew crew, StartUp startUp) {
        this.name = name;
        this.crew = crew;
        this.startUp = startUp;
    }

    Coordinator<Call, @Nullable Object> coordinator() {
        return crew.coordinator();
    }

    /** Makes a task of a call, and gives its caller what the method's return type asks for. */
    @Nullable
    Object call(TaskMethod method, Affinity affinity, Call call) throws Throwable {
        Turn turn = Turn.current();
        if (turn != null && isOnItself(turn, affinity)) {
            return call.on(turn.worker);
        }
        TaskHandle<Completed<@Nullable Object>> task;
        try {
            task = submit(turn, call, affinity, method.timeout, method.taskTimeout);
        } catch (TimeoutException e) {
            throw method.asThrown(method.timedOut());
        }
        return switch (method.style) {
            case VALUE -> await(task, method);
            case FUTURE -> future(task.map(Completed::result), method);
            case HANDLE ->
                FlatTaskHandle.of(task.map(Completed::result), method.toString(), method.timeout, method::timedOut);
        };
    }

    private boolean isOnItself(Turn turn, Affinity affinity) {
        return turn.worker.contract == this
                && affinity instanceof Affinity.Require require
                && require.worker().equals(turn.worker.name);
    }

    private static @Nullable Object await(TaskHandle<Completed<@Nullable Object>> task, TaskMethod method)
            throws Throwable {
        try {
            return BlockedCaller.await(task, method.timeout, method::timedOut).result();
        } catch (TimeoutException e) {
            throw method.asThrown(e);
        }
    }

    private static Future<?> future(TaskHandle<@Nullable Object> task, TaskMethod method) {
        if (method.isPlainFuture) {
            return ChainedFuture.of(task, method.timeout, method::timedOut);
        }
        TaskFuture future = TaskFuture.of(task);
        if (method.timeout != null) {
            future.limit(method.timeout, method::timedOut);
        }
        return future;
    }

    /** Submits code. */
    TaskHandle<Completed<@Nullable Object>> submit(Call call, Affinity affinity) {
        try {
            return submit(Turn.current(), call, affinity, null, null);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private TaskHandle<Completed<@Nullable Object>> submit(
            @Nullable Turn turn,
            Call call,
            Affinity affinity,
            @Nullable Duration timeout,
            @Nullable Duration taskTimeout)
            throws TimeoutException {
        boolean started = startUp.isOver();
        crew.muster(affinity);
        if (turn == null ? !started : turn.lease != null) {
            return Lease.run(this, call, affinity, timeout);
        }
        Coordinator<Call, @Nullable Object> coordinator = crew.coordinator();
        return taskTimeout == null
                ? coordinator.submit(call, affinity)
                : coordinator.submit(call, affinity, taskTimeout);
    }
}
