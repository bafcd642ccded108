package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.Completed;
import dev.fairway.TaskHandle;
import dev.fairway.coordinator.Affinity;
import dev.fairway.coordinator.Coordinator;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A worker's turn, lent to a thread that is not the coordinator's: how calls run while the application starts.
 *
 * <p><b>Why.</b> Who calls a worker then is usually creating a bean, and what the worker does may create others. Were that two
 * threads, one would wait for the other at Spring's locks. So the code runs on the caller's own thread. But whose turn it is stays
 * the coordinator's to say: what it runs is a task that does nothing but wait until the caller is done.
 *
 * <p><b>Calls within calls.</b> The caller's thread is none of the coordinator's workers, so the coordinator would not see that it
 * waits for one worker inside of another. So it does not submit such a call itself; it has that done by the thread that keeps the
 * turn which it has, and that one waits for it too. The coordinator then sees the chain as it is, runs what comes back to it, and
 * refuses circles between several such callers.
 *
 * <p><b>Life.</b> Asked for; then either given, used, given back; or given up by the caller; or refused by the coordinator. {@code
 * given} is decided once, by whoever completes it first.
 */
final class Lease implements Call {
    private final Contract contract;
    private final CompletableFuture<Worker> given = new CompletableFuture<>();

    /** What the caller's thread has to say to the one that keeps the turn. */
    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();

    /** Ends when it has been submitted; never, when that is given up before. The task may run before this is told. */
    private final CompletableFuture<TaskHandle<Completed<@Nullable Object>>> task = new CompletableFuture<>();

    /** Why the turn cannot be had, though the task itself has not failed. */
    private volatile @Nullable RuntimeException refusal;

    private Lease(Contract contract) {
        this.contract = contract;
    }

    private interface Message {}

    /** Another turn is needed, while this one is kept. */
    private record Nested(Lease lease, Affinity affinity) implements Message {}

    /** This one is not needed any more. */
    private record Returned(
            @Nullable Object result, @Nullable Throwable thrown, boolean isAnswer) implements Message {}

    // ---- on the caller's thread

    /**
     * Runs a call on the current thread, in the turn of a worker.
     *
     * @param timeout how long to wait for the turn; null: without limit
     * @return its task, which has ended or is about to
     * @throws TimeoutException when the time is over
     */
    static TaskHandle<Completed<@Nullable Object>> run(
            Contract contract, Call call, Affinity affinity, @Nullable Duration timeout) throws TimeoutException {
        if (affinity instanceof Affinity.Require require) {
            Turn kept = Turn.leasedIn(contract, require.worker());
            if (kept != null) {
                return EndedTask.of(kept.worker, call, kept.lease);
            }
        }
        Lease lease = new Lease(contract);
        Turn around = Turn.leasedOf(contract);
        if (around == null || around.lease == null) {
            lease.submit(affinity);
        } else {
            around.lease.messages.add(new Nested(lease, affinity));
        }
        Worker worker = lease.await(timeout);
        if (worker != null) {
            lease.use(worker, call);
        }
        return lease.handle();
    }

    private TaskHandle<Completed<@Nullable Object>> submit(Affinity affinity) {
        Coordinator<Call, @Nullable Object> coordinator = contract.coordinator();
        TaskHandle<Completed<@Nullable Object>> submitted = coordinator.submit(this, affinity);
        task.complete(submitted);
        if (given.isCancelled()) {
            boolean unused = submitted.cancel();
        }
        CompletionStage<?> unused = submitted.completion().whenComplete((result, failure) -> {
            if (failure != null) {
                given.completeExceptionally(failure);
            }
        });
        return submitted;
    }

    /** {@return whose turn it is; null when the task has ended without} */
    private @Nullable Worker await(@Nullable Duration timeout) throws TimeoutException {
        try {
            return timeout == null
                    ? given.get()
                    : given.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return givenUp();
        } catch (TimeoutException e) {
            Worker worker = givenUp();
            if (worker == null) {
                throw e;
            }
            return worker;
        } catch (ExecutionException | CancellationException e) {
            return null;
        }
    }

    /** {@return whose turn it is when it was given just now; else null, and it will not be} */
    private @Nullable Worker givenUp() {
        if (!given.cancel(false)) {
            return given.isCompletedExceptionally() ? null : given.join();
        }
        if (task.isDone()) {
            boolean unused = task.join().cancel();
        } // else who submits it does that
        return null;
    }

    private void use(Worker worker, Call call) {
        Returned returned;
        try {
            returned = new Returned(worker.run(call, this), null, false);
        } catch (Throwable thrown) {
            returned = new Returned(null, thrown, !Answers.isFailure(thrown));
        }
        messages.add(returned);
    }

    private TaskHandle<Completed<@Nullable Object>> handle() {
        RuntimeException reason = refusal;
        if (reason != null) {
            throw reason;
        }
        if (given.isCancelled() && !task.isDone()) {
            throw new CancellationException("the call was given up before it was submitted");
        }
        return task.join();
    }

    // ---- on the thread of the coordinator's task

    /** Keeps the turn until it is given back. An interrupt does not reach who uses it, and does not end it. */
    @Nullable
    Object keep(Worker worker) throws Exception {
        if (!given.complete(worker)) {
            return null;
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    Message message = messages.take();
                    if (message instanceof Returned returned) {
                        return returned(returned);
                    }
                    submit((Nested) message);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static @Nullable Object returned(Returned returned) throws Exception {
        Throwable thrown = returned.thrown();
        if (thrown == null) {
            return returned.result();
        }
        Answers.note(thrown, returned.isAnswer());
        throw Worker.<RuntimeException>asItIs(thrown);
    }

    private static void submit(Nested nested) {
        Lease lease = nested.lease();
        if (lease.given.isCancelled()) {
            return;
        }
        TaskHandle<?> submitted = null;
        try {
            submitted = lease.submit(nested.affinity());
            Object unused = submitted.join();
        } catch (RuntimeException failure) {
            if (submitted == null || !submitted.state().isFinal()) {
                lease.refusal = failure;
                lease.given.completeExceptionally(failure);
            }
        } finally {
            boolean unused = submitted != null && submitted.cancel();
        }
    }

    // ---- it is no code of a worker's

    @Override
    public @Nullable Object on(Worker worker) throws Exception {
        return keep(worker);
    }

    @Override
    public boolean isAnswer(Throwable thrown, Turn turn) {
        return false;
    }

    @Override
    public String toString() {
        return "a call during the start of the application";
    }
}
