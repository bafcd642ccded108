package dev.fairway.dispatcher;

import dev.fairway.ContextPropagator.Scope;
import dev.fairway.ContextPropagator.Snapshot;
import dev.fairway.internal.Failures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads a receiver on threads of an executor, and calls code of the application with each delivery.
 *
 * <p><b>One run at a time.</b> {@code signals} counts the reasons to run that no run has seen yet; who raises it from zero gives a run to
 * the executor. The run goes on until it has seen all of them, then the next signal starts another. In between the reader sleeps in its
 * inbox, or waits for its subscriber to ask for more.
 *
 * <p><b>Not in the caller.</b> An executor may run what it gets in the thread that hands it over: that may be a sender's, or that of another
 * handler that sends. Such a run refuses and is given to a thread of ours, which hands it over again, and may be used for it. So a run
 * begins only where nothing else of ours is on the stack but that thread's own handing over: no handler runs inside another one's send,
 * however they send to one another, no stack grows with what is sent, and who waits for room holds up itself alone.
 */
abstract class PushReader<T> implements Reader, Runnable {
    /** After so many deliveries it lets others have the executor's thread. */
    private static final int MOST_IN_A_RUN = 256;

    /** What of ours is on the current thread's stack; null when there is nothing. */
    private static final ThreadLocal<@Nullable Stack> STACK = new ThreadLocal<>();

    final DefaultReceiver<T> receiver;
    final Reading<T> reading;
    final Helpers helpers;

    /** Completes when the application's code is called no more. */
    final CompletableFuture<Void> done = new CompletableFuture<>();

    private final Executor executor;
    private final AtomicInteger signals = new AtomicInteger();

    /** The send without limit that its handler or subscriber waits in; written by that thread. */
    volatile Turns.@Nullable Turn<?> waitsIn;

    private volatile @Nullable Thread inside;
    private volatile boolean runsInCaller;

    /** Owned by who reads. */
    private boolean slept;

    /** What is under way in a thread. */
    private static final class Stack {
        @Nullable
        PushReader<?> running;

        int handingsOver;

        static Stack ofThisThread() {
            Stack stack = STACK.get();
            if (stack == null) {
                stack = new Stack();
                STACK.set(stack);
            }
            return stack;
        }

        /** To be called after something has ended; what is left in a thread of others is nothing. */
        void shrunk() {
            if (running == null && handingsOver == 0) {
                STACK.remove();
            }
        }
    }

    PushReader(DefaultReceiver<T> receiver, Helpers helpers, Executor executor) {
        this.receiver = receiver;
        this.reading = receiver.reading;
        this.helpers = helpers;
        this.executor = executor;
    }

    // ---- what differs; called by who reads

    /** Whether a delivery may be taken now. When that becomes true again, somebody calls {@link #wake}. */
    abstract boolean mayTake();

    /** What is to be delivered again instead of the next delivery. */
    @Nullable
    Delivery<T> again() {
        return null;
    }

    /** Calls the application; false when the delivery is not processed. */
    abstract boolean deliver(Delivery<T> delivery);

    /** Whether there is somebody to call. */
    boolean isAttached() {
        return true;
    }

    /** There will be no more deliveries. Called at least once, or after {@link #mayFinish} has changed. */
    void finish() {}

    /** Whether who is attached may hear of the end already. When that becomes true, somebody calls {@link #wake}. */
    boolean mayFinish() {
        return true;
    }

    /** The dispatcher was closed, and this came to its end or was stopped. */
    void dispatcherClosed() {}

    /** The executor will not run it. Called in any thread, while nothing runs nor will. */
    void refused(Throwable refusal) {}

    // ---- when

    @Override
    public final boolean callsOthers() {
        return true;
    }

    /** Gives it one more reason to run. */
    @Override
    public final void wake() {
        if (signals.getAndIncrement() == 0) {
            submit();
        }
    }

    private void submit() {
        if (runsInCaller && (STACK.get() != null || !helpers.isInside())) {
            helpers.execute(this::handOver);
        } else {
            handOver();
        }
    }

    private void handOver() {
        Stack stack = Stack.ofThisThread();
        stack.handingsOver++;
        try {
            executor.execute(this);
        } catch (Throwable refusal) {
            receiver.stop("its executor refused it: " + Failures.describe(refusal), refusal);
            refused(refusal);
        } finally {
            stack.handingsOver--;
            stack.shrunk();
        }
    }

    /** In whose handler or subscriber the caller is; null when it is in none. */
    static @Nullable PushReader<?> ofCaller() {
        Stack stack = STACK.get();
        return stack == null ? null : stack.running;
    }

    /** What that one reads. */
    static @Nullable Inbox<?> inboxOfCaller() {
        PushReader<?> reader = ofCaller();
        return reader == null ? null : reader.receiver.inbox;
    }

    /** For a source that is about to wait for room that only the caller's return could make. */
    static IllegalStateException waitsForItself(AbstractSource<?> source, Inbox<?> full) {
        return new IllegalStateException(source + " cannot wait for room at receiver '" + full.receiver + "' (capacity "
                + full.capacity + ") in that receiver's own handler or subscriber");
    }

    /** Whether the caller is called by this. */
    final boolean isInside() {
        return inside == Thread.currentThread();
    }

    final boolean isRunning() {
        return inside != null;
    }

    @Override
    public final void run() {
        Stack stack = Stack.ofThisThread();
        if (stack.handingsOver > 0) {
            runsInCaller = true;
        }
        if (stack.running != null || stack.handingsOver > (helpers.isInside() ? 1 : 0)) {
            helpers.execute(this::handOver);
            return;
        }
        stack.running = this;
        try {
            runUntilSeen();
        } finally {
            stack.running = null;
            stack.shrunk();
        }
    }

    private void runUntilSeen() {
        int seen;
        do {
            seen = signals.get();
            if (readSome()) {
                submit();
                return;
            }
        } while (signals.addAndGet(-seen) != 0);
    }

    /** Whether there is more. */
    private boolean readSome() {
        boolean more = false;
        if (reading.tryRead()) {
            inside = Thread.currentThread();
            try {
                more = drain();
            } finally {
                inside = null;
                reading.stopReading();
            }
        }
        receiver.dropRestIfClosed();
        return more;
    }

    private boolean drain() {
        if (slept) {
            slept = false;
            reading.awaken();
        }
        for (int i = 0; i < MOST_IN_A_RUN; i++) {
            if (receiver.isDone()) {
                finishIfMay();
                return false;
            }
            if (!mayTake()) {
                return restWithoutDemand();
            }
            Delivery<T> delivery = again();
            if (delivery == null) {
                delivery = reading.next(true);
            }
            if (delivery == null) {
                if (restUntilNews()) {
                    return false;
                }
            } else if (deliver(delivery)) {
                reading.processed();
                reading.settle();
            }
        }
        return true;
    }

    /** Nothing is there to deliver: whether to end this run. */
    private boolean restUntilNews() {
        if (reading.isOver()) {
            finishIfMay();
            return true;
        }
        reading.settle();
        if (reading.awaitMessage()) {
            return false;
        }
        slept = reading.fallAsleep(true);
        return slept;
    }

    /** Nothing may be taken, but the end needs no demand. Always false: this run has nothing more to do. */
    private boolean restWithoutDemand() {
        if (again() == null && !reading.hasMessage()) {
            if (receiver.inbox.end() == Inbox.OPEN) {
                slept = reading.fallAsleep(false);
                if (!slept) {
                    wake(); // there is news: look again
                }
            } else if (reading.isAtEnd()) {
                finishIfMay();
            }
        }
        return false;
    }

    private void finishIfMay() {
        if (mayFinish()) {
            finish();
            done.complete(null);
        }
    }

    /** Calls code with a context around it. */
    static void inContext(@Nullable Snapshot context, Call call) throws Exception {
        if (context == null) {
            call.run();
            return;
        }
        Scope scope = context.restore();
        try {
            call.run();
        } finally {
            scope.close();
        }
    }

    /** Code of the application. */
    @FunctionalInterface
    interface Call {
        void run() throws Exception;
    }
}
