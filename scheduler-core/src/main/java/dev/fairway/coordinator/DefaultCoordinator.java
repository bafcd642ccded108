package dev.fairway.coordinator;

import static java.util.Objects.requireNonNull;

import dev.fairway.Completed;
import dev.fairway.ContextPropagator;
import dev.fairway.DrainReport;
import dev.fairway.RejectedTaskException;
import dev.fairway.RejectedTaskException.Reason;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.internal.BriefLock;
import dev.fairway.internal.Closing;
import dev.fairway.internal.Failures;
import dev.fairway.internal.Names;
import dev.fairway.internal.WorkerThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator: one lock around a {@link Dispatch}, which decides everything; the threads of a {@link Crew}, which run what it has
 * decided; a {@link Watch} for what comes with time.
 *
 * <p><b>The lock.</b> Sections are short and call nobody else's code: handles, listeners, strategies, interrupts and wake-ups come
 * after it. What is to be done then is collected while the lock is held, and {@link #unlock} does it. There is no second lock.
 *
 * <p><b>Where things happen.</b> A task is accepted, given to a worker, started, dropped and refused under the lock. A running task's
 * outcome is decided by a compare-and-set of its state, so that a task that has returned need not take the lock twice: what it did is
 * booked together with the choice of the worker's next task, when its dependents have run. {@link #stats()} counts what is decided
 * and not booked yet, so nobody sees a handle that has ended and a task that has not.
 *
 * <p><b>Hands.</b> A thread that ends tiny tasks takes some along and starts them by a compare-and-set each, see {@link Hands}. Who takes
 * the lock to see or to change anything calls them in first ({@link #lookAtAll}), and may then take all that is said here literally.
 *
 * <p><b>Interrupts.</b> Who interrupts a task announces it under the lock ({@link Task#interrupters}), and takes that back when it is
 * done; a task is not ended, and no other is started on top of it, while somebody has announced. So an interrupt never reaches another
 * task. One that is meant for a task with another on top of it waits until it is back.
 *
 * <p><b>Life.</b> OPEN; CLOSING (accepts nothing, drains); over (nothing waits, runs or calls back: the threads go).
 */
final class DefaultCoordinator<T, R extends @Nullable Object> implements Coordinator<T, R>, Dispatch.Effects<T, R> {
    /** Of so many submits one takes the lock, whatever the others do: so no section has many more to take out of the inbox. */
    static final int LOOK_EVERY = 256;

    private static final String UNASSIGNED = "(unassigned)";

    final BriefLock lock = new BriefLock();
    final LongSupplier ticker;
    final Dispatch<T, R> dispatch;
    final Runs<T, R> runs;

    private final CoordinatorSettings<T> settings;
    private final @Nullable ContextPropagator contextPropagator;
    private final @Nullable ToDoubleFunction<WorkerStats> measure;
    private final Inbox<T, R> inbox;
    private final Crew<T, R> crew;
    private final Watch<T, R> watch;
    private final Failures failures = new Failures("dev.fairway.coordinator");
    private final LongAdder rejected = new LongAdder();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();
    private final AtomicBoolean closerStarted = new AtomicBoolean();
    private final AtomicBoolean retrying = new AtomicBoolean();

    // Guarded by the lock; the volatile ones are also read without.

    private volatile boolean closing;
    private boolean over;
    private @Nullable Aftermath aftermath;

    /** Those that were there when it was over: they are no longer of the crew when they are about to end. */
    private List<Thread> last = List.of();

    /** A submitter has found no ticket left. */
    private boolean isRoomWanted;

    /** How many tickets were taken for tasks that came too late. */
    private long late;

    /** How many threads end handles or tell listeners of what was decided under the lock. */
    private int callingBack;

    /** What nobody was left for when the coordinator closed. */
    private long abandoned;

    DefaultCoordinator(CoordinatorSettings<T> settings) {
        if (settings.virtualThreads()) {
            WorkerThreads.checkVirtual();
        }
        this.settings = settings;
        this.ticker = settings.ticker();
        this.contextPropagator = settings.contextPropagator();
        this.measure = settings.loadBalance().measure();
        this.dispatch = new Dispatch<>(settings, this);
        this.runs = new Runs<>(this, settings);
        this.inbox = new Inbox<>(settings.capacity());
        this.crew = new Crew<>(this, settings);
        this.watch = new Watch<>(this, settings.name());
    }

    // ---- the lock

    /** Releases the lock, and does what has to be done without it. */
    void unlock(long now) {
        unlock(now, true);
    }

    /** As {@link #unlock(long)}, for a thread that must not be held up: others' code is called by one of the crew. */
    void unlockCallingNobody(long now) {
        unlock(now, false);
    }

    private void unlock(long now, boolean mayCall) {
        boolean wasQuiet = inbox.isQuiet();
        boolean isQuiet = dispatch.maySubmittersGo(now) || crew.isSearching();
        inbox.quiet(isQuiet && !closing);
        if (wasQuiet && !inbox.isQuiet()) {
            drain(now);
        }
        if (closing && !over) {
            abandonWhatNobodyWillTake();
        }
        inbox.limit(settings.capacity() + dispatch.accepted() + late - dispatch.waiting(), isRoomWanted);
        isRoomWanted = false;
        inbox.clock(dispatch.isStreaming() && !runs.isListened() ? now : 0);
        List<Crew<T, R>.Runner> leaving = endIfOver();
        Crew<T, R>.Runner runner = crew.toWake();
        Watch.Call watchCall = leaving == null ? watch.toCall(now) : watch.toEnd();
        Aftermath left = aftermath;
        if (left != null) {
            aftermath = null;
            callingBack++;
        }
        lock.unlock();
        crew.wake(runner);
        watch.call(watchCall);
        if (leaving != null) {
            leaving.forEach(crew::wake);
            drained.complete(null);
            threadEnded();
        }
        if (left != null) {
            left.letOthersGoOn();
            if (mayCall || !left.callsOthers()) {
                callOthers(left);
                calledBack();
            } else {
                lock.lock();
                crew.add(left);
                unlock(now, mayCall);
            }
        }
    }

    /** Takes the lock, and has everything where it belongs. */
    private void enter(long now) {
        lock.lock();
        lookAtAll(now);
    }

    /** Takes the lock to submit a task, and accepts what other submitters have left. Nothing may be decided by what waits or runs. */
    private void enterWithTask(long now) {
        lock.lock();
        drain(now);
    }

    /** Sees to what is in hand, and accepts what submitters have left. The lock is held. */
    void lookAtAll(long now) {
        dispatch.hands.callIn(now);
        drain(now);
    }

    /** The lock is held. */
    @Override
    public void drain(long now) {
        if (inbox.isEmpty()) {
            return;
        }
        Task<T, R> oldest = inbox.takeAll();
        if (oldest != null && !closing) {
            dispatch.acceptAll(oldest, now);
            return;
        }
        for (Task<T, R> task = oldest; task != null; ) { // their submitters are about to look
            Task<T, R> after = task.next;
            task.next = null;
            task.isLate = true;
            late++;
            task = after;
        }
    }

    /** {@link #calledBack} must follow, or its like under the lock. */
    void callOthers(Aftermath left) {
        left.callOthers(runs::callBack);
    }

    private void calledBack() {
        long now = ticker.getAsLong(); // others' code may have taken its time
        lock.lock();
        hasCalledBack();
        unlock(now);
    }

    /** The lock is held. */
    void hasCalledBack() {
        callingBack--;
    }

    /** The lock is held. */
    private Aftermath later() {
        Aftermath left = aftermath;
        if (left == null) {
            left = new Aftermath();
            aftermath = left;
        }
        return left;
    }

    private @Nullable List<Crew<T, R>.Runner> endIfOver() {
        if (!closing
                || over
                || aftermath != null
                || callingBack > 0
                || dispatch.waiting() > 0
                || dispatch.running() > 0) {
            return null;
        }
        over = true;
        last = crew.threads();
        return crew.allParked();
    }

    private void abandonWhatNobodyWillTake() {
        Consumer<Task<T, R>> dropped = task -> {
            abandoned++;
            endCancelled(task, null);
        };
        dispatch.dropMissing(dropped); // nobody can be added any more
        if (dispatch.hasNobodyForAny()) {
            dispatch.dropUnassigned(dropped);
        }
    }

    boolean hasTasksLeft() {
        return !inbox.isEmpty();
    }

    /** The lock is held. */
    boolean isOver() {
        return over;
    }

    @Override
    public void refused(Task<T, R> task, List<String> workers) {
        String wanted = requireNonNull(task.wanted);
        later().first(() -> task.endQuietly(noSuchWorker(wanted, workers)));
        later().then(() -> runs.refused(task));
    }

    private NoSuchWorkerException noSuchWorker(String wanted, List<String> workers) {
        return new NoSuchWorkerException(
                wanted,
                "no worker '" + wanted + "' in coordinator '" + name() + "' (workers: " + Names.list(workers) + ")");
    }

    @Override
    public void timedOut(Task<T, R> task) {
        Thread target = announceInterrupt(task);
        String worker = requireNonNull(task.worker).name;
        TaskFailedException failure = runs.timeout(task, worker);
        later().first(() -> interrupt(task, target));
        later().first(() -> task.endQuietly(failure));
        later().then(() -> runs.timedOut(task, worker, failure));
    }

    /** The lock is held. */
    private void endCancelled(Task<T, R> task, @Nullable String worker) {
        later().first(() -> task.endQuietly(runs.cancellation(worker)));
        later().then(() -> runs.cancelled(task, worker));
    }

    @Override
    public void wake(Thread thread) {
        later().first(() -> LockSupport.unpark(thread));
    }

    @Override
    public void quarantined(String worker, String reason) {
        if (runs.isListened()) {
            later().then(() -> runs.worker(listener -> listener.workerQuarantined(worker, reason)));
        }
    }

    @Override
    public void released(String worker) {
        if (runs.isListened()) {
            later().then(() -> runs.worker(listener -> listener.workerReleased(worker)));
        }
    }

    // ---- workers

    @Override
    public boolean addWorker(String name, WorkerFunction<? super T, ? extends R> function) {
        Names.check("worker", name);
        requireNonNull(function, "function");
        double measured = measure == null ? 0 : measured(newWorkerStats(name));
        long now = ticker.getAsLong();
        boolean open;
        boolean replaced = false;
        enter(now);
        open = !closing;
        if (open) {
            replaced = dispatch.addWorker(name, function, measured, now);
            if (runs.isListened()) {
                later().then(() -> runs.worker(listener -> listener.workerAdded(name)));
            }
        }
        unlock(now);
        if (!open) {
            throw new IllegalStateException("coordinator '" + name() + "' is closed");
        }
        return replaced;
    }

    private static WorkerStats newWorkerStats(String name) {
        AffinityStats none = new AffinityStats(0, 0, 0);
        return new WorkerStats(
                name, WorkerState.IDLE, null, false, 0, Duration.ZERO, 0, 0, 0, 0, 0, 0, none, none, none);
    }

    private double measured(WorkerStats stats) {
        try {
            return requireNonNull(measure).applyAsDouble(stats);
        } catch (Throwable thrown) {
            failures.log(() -> "the load balance of coordinator '" + name() + "' threw", thrown);
            return Double.NaN;
        }
    }

    @Override
    public boolean removeWorker(String name) {
        requireNonNull(name, "name");
        long now = ticker.getAsLong();
        enter(now);
        boolean removed = dispatch.removeWorker(name, now);
        if (removed && runs.isListened()) {
            later().then(() -> runs.worker(listener -> listener.workerRemoved(name)));
        }
        unlock(now);
        return removed;
    }

    @Override
    public void quarantine(String worker) {
        steer(worker, dispatch::putAside);
    }

    @Override
    public void release(String worker) {
        steer(worker, dispatch::release);
    }

    private interface Steering<W> {
        void apply(W worker, long now);
    }

    private void steer(String worker, Steering<Worker<T, R>> steering) {
        requireNonNull(worker, "worker");
        long now = ticker.getAsLong();
        enter(now);
        Worker<T, R> target = dispatch.worker(worker);
        List<String> names = dispatch.workerNames();
        if (target != null) {
            steering.apply(target, now);
        }
        unlock(now);
        if (target == null) {
            throw noSuchWorker(worker, names);
        }
    }

    @Override
    public List<String> workers() {
        lock.lock();
        try {
            return dispatch.workerNames();
        } finally {
            lock.unlock();
        }
    }

    // ---- tasks

    @Override
    public TaskHandle<Completed<R>> submit(T task, Affinity affinity) {
        requireNonNull(task, "task");
        requireNonNull(affinity, "affinity");
        return submit(task, affinity, settings.taskTimeoutNanos());
    }

    @Override
    public TaskHandle<Completed<R>> submit(T task, Affinity affinity, Duration taskTimeout) {
        requireNonNull(task, "task");
        requireNonNull(affinity, "affinity");
        return submit(task, affinity, Builder.positive("taskTimeout", taskTimeout));
    }

    private TaskHandle<Completed<R>> submit(T task, Affinity affinity, long timeoutNanos) {
        Task<T, R> accepted = new Task<>(
                this, task, affinity, contextPropagator == null ? null : contextPropagator.capture(), timeoutNanos);
        accepted.caller = Inside.submitting(this);
        if (runs.areTasksListened()) {
            accepted.announcement = new Listeners.Announcement();
        }
        if (closing) {
            throw reject(task, affinity, true);
        }
        long ticket = inbox.reserve();
        for (boolean mayBeRoom = true; ticket == Inbox.FULL && mayBeRoom; ) {
            mayBeRoom = makeRoom();
            ticket = inbox.reserve();
        }
        if (ticket == Inbox.FULL) {
            throw reject(task, affinity, closing);
        }
        boolean mayLeave = accepted.kind == Task.Kind.ANY && ticket % LOOK_EVERY != 0 && inbox.isQuiet();
        if (!(mayLeave ? leave(accepted) : accept(accepted))) {
            throw reject(task, affinity, true);
        }
        runs.accepted(accepted);
        return accepted;
    }

    /** Sees to what was left for others to look at; true when a task waits no longer though it would have. */
    private boolean makeRoom() {
        long now = ticker.getAsLong();
        enter(now);
        boolean made = dispatch.giveOldest(now);
        isRoomWanted = true;
        unlock(now);
        return made;
    }

    /** Has the task looked at by whoever looks next; false when the coordinator is closed. */
    private boolean leave(Task<T, R> task) {
        long coarse = inbox.clock();
        task.acceptedAt = coarse == 0 ? ticker.getAsLong() : coarse;
        inbox.put(task);
        if (inbox.isQuiet()) {
            return true;
        }
        long now = ticker.getAsLong();
        enterWithTask(now);
        boolean isLate = task.isLate;
        unlock(now);
        return !isLate;
    }

    /** False when the coordinator is closed. */
    private boolean accept(Task<T, R> task) {
        long now = ticker.getAsLong();
        task.acceptedAt = now;
        enterWithTask(now);
        boolean isLate = closing;
        if (isLate) {
            late++;
        } else {
            dispatch.accept(task, now);
        }
        unlock(now);
        return !isLate;
    }

    private RejectedTaskException reject(T task, Affinity affinity, boolean closed) {
        RejectedTaskException refusal = closed
                ? new RejectedTaskException(Reason.COORDINATOR_CLOSED, "coordinator '" + name() + "' is closed")
                : new RejectedTaskException(
                        Reason.COORDINATOR_FULL,
                        "coordinator '" + name() + "' is full (capacity " + settings.capacity() + ")");
        rejected.increment();
        runs.rejected(task, affinity, refusal);
        return refusal;
    }

    boolean cancel(Task<T, R> task, boolean interrupt) {
        if (task.state().isFinal() && !interrupt) {
            return false;
        }
        long now = ticker.getAsLong();
        Thread target = null;
        String worker = null;
        boolean decided;
        enter(now);
        if (task.state() == TaskState.WAITING) {
            dispatch.cancel(task, now);
            decided = true;
        } else {
            decided = task.decide(TaskState.CANCELLED);
            worker = task.worker == null ? null : task.worker.name;
            if (interrupt && task.state() == TaskState.CANCELLED) {
                target = announceInterrupt(task);
            }
        }
        callingBack += decided ? 1 : 0;
        unlock(now);
        interrupt(task, target);
        if (decided) {
            task.endQuietly(runs.cancellation(worker));
            runs.cancelled(task, worker);
            calledBack();
        }
        return decided;
    }

    /** The lock is held. The thread, if any, must be interrupted after it. */
    private @Nullable Thread announceInterrupt(Task<T, R> task) {
        Worker<T, R> worker = task.worker;
        if (worker == null || !worker.isRunning(task)) {
            return null;
        }
        if (worker.top != task) {
            task.interruptLater = true;
            return null;
        }
        task.interrupters++;
        return worker.thread;
    }

    private void interrupt(Task<T, R> task, @Nullable Thread target) {
        if (target == null) {
            return;
        }
        try {
            target.interrupt();
        } catch (Throwable thrown) {
            failures.log(() -> "interrupting a task of coordinator '" + name() + "' failed", thrown);
        }
        lock.lock();
        task.interrupters--;
        lock.unlock();
    }

    /** Takes the lock when nobody is about to interrupt the task. */
    private void lockUndisturbed(Task<T, R> task) {
        lock.lock();
        while (task.interrupters > 0) {
            lock.unlock();
            Thread.yield();
            lock.lock();
        }
    }

    /** The task, with none below it, has returned. Leaves the lock held. */
    void endOutermost(Task<T, R> task, @Nullable Hand<T, R> hand, long now) {
        lockUndisturbed(task);
        if (hand != null) {
            dispatch.hands.end(hand, task);
        }
        Thread.interrupted(); // the flag is not for the next task
        Worker<T, R> worker = requireNonNull(task.worker);
        dispatch.book(task);
        if (measure != null) {
            WorkerStats stats = dispatch.stats(worker, now);
            worker.isHeld = true;
            unlock(now);
            double measured = measured(stats);
            lock.lock();
            worker.isHeld = false;
            worker.measured = measured;
        }
        dispatch.settle(worker, now);
    }

    /** A thread has started a task, and may have others in hand behind it; null when it has none. The lock is held. */
    @Nullable
    Hand<T, R> deal(Task<T, R> started, long now) {
        if (dispatch.hands.wantsMore(requireNonNull(started.worker))) {
            drain(now);
        }
        return dispatch.hands.deal(started, now);
    }

    /**
     * The current thread waits for a task. When it is a worker's it runs meanwhile what must be run for the wait to end.
     *
     * @return what is left of the time
     */
    long assist(Task<T, R> task, long nanos, boolean interruptibly) throws InterruptedException {
        Task<T, R> self = Inside.waiting(this);
        if (self == null || self.worker == null) {
            return nanos;
        }
        Worker<T, R> me = self.worker;
        Inside inside = requireNonNull(Inside.of(this));
        long end = nanos == Long.MAX_VALUE ? 0 : System.nanoTime() + nanos;
        long left = nanos;
        boolean interrupted = false;
        Thread waiter = Thread.currentThread();
        task.wakeAtEnd(waiter);
        try {
            while (!task.hasEnded() && left > 0) {
                if (Thread.interrupted()) {
                    if (interruptibly) {
                        throw new InterruptedException();
                    }
                    interrupted = true;
                }
                if (runWhatTheWaitNeeds(task, self, me, inside)) {
                    continue;
                }
                if (nanos == Long.MAX_VALUE) {
                    LockSupport.park(task);
                } else {
                    LockSupport.parkNanos(task, left);
                    left = end - System.nanoTime();
                }
            }
            return left;
        } finally {
            task.noLongerWakeAtEnd(waiter);
            long now = ticker.getAsLong();
            lock.lock();
            dispatch.waits.leaveWait(me, now);
            unlock(now);
            if (interrupted) {
                waiter.interrupt();
            }
        }
    }

    /** False when there is nothing to run, and the thread may sleep. */
    private boolean runWhatTheWaitNeeds(Task<T, R> task, Task<T, R> self, Worker<T, R> me, Inside inside) {
        long now = ticker.getAsLong();
        Task<T, R> call;
        lockUndisturbed(self);
        try {
            if (task.state().isFinal()) {
                me.stopWaiting();
                call = null; // its handle is about to end
            } else {
                lookAtAll(now);
                call = dispatch.waits.await(me, task, now);
            }
            if (call != null) {
                dispatch.takeNested(me, call, now);
            }
        } finally {
            unlockCallingNobody(now); // others' code might wait itself, and this wait would no longer be known
        }
        if (call == null) {
            return false;
        }
        boolean interrupted = Thread.interrupted();
        runs.run(call, inside, false);
        now = ticker.getAsLong();
        lockUndisturbed(call);
        Thread.interrupted();
        dispatch.book(call);
        interrupted |= self.interruptLater;
        self.interruptLater = false;
        unlock(now);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    /** Does what is due by the clock; for the tests, whose clock the watch does not know. */
    void review() {
        long now = ticker.getAsLong();
        enter(now);
        dispatch.review(now);
        unlock(now);
    }

    void threadDidNotStart(Throwable failure) {
        failures.log(() -> "coordinator '" + name() + "' cannot start a thread; it tries again", failure);
        if (retrying.compareAndSet(false, true)) {
            CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(() -> {
                retrying.set(false);
                lock.lock();
                unlock(ticker.getAsLong());
            });
        }
        threadEnded();
    }

    void threadEnded() {
        lock.lock();
        boolean last = over && crew.isEmpty() && watch.thread() == null;
        lock.unlock();
        if (last) {
            runs.callBack(() -> terminated.complete(null));
        }
    }

    // ---- life

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public boolean isClosed() {
        return closing;
    }

    @Override
    public CompletionStage<Void> terminated() {
        return terminated.minimalCompletionStage();
    }

    @Override
    public Duration drainTimeout() {
        return Duration.ofNanos(settings.drainNanos());
    }

    @Override
    public void close() {
        log(close(drainTimeout()));
    }

    @Override
    public DrainReport close(Duration drainTimeout) {
        long nanos = TimeUnit.NANOSECONDS.convert(requireNonNull(drainTimeout, "drainTimeout"));
        stopAccepting();
        if (Inside.of(this) == null) {
            return finishClose(nanos);
        }
        if (closerStarted.compareAndSet(false, true)) {
            new Thread(() -> log(finishClose(nanos)), name() + "-close").start();
        }
        return new DrainReport(name(), Map.of());
    }

    private void stopAccepting() {
        long now = ticker.getAsLong();
        shut(now);
        unlock(now);
    }

    /** Takes the lock, accepts what submitters have left, and nothing more: who leaves a task from now on looks, and learns that it is late. */
    private void shut(long now) {
        lock.lock();
        inbox.quiet(false);
        lookAtAll(now);
        closing = true;
    }

    @Override
    public List<T> shutdownNow() {
        return sweep(new Closing());
    }

    /** Drops what waits, and interrupts what runs; nothing starts any more. */
    private List<T> sweep(Closing counts) {
        long now = ticker.getAsLong();
        List<Task<T, R>> dropped = new ArrayList<>();
        shut(now);
        dispatch.dropAll(task -> {
            dropped.add(task);
            counts.count(task.wanted == null ? UNASSIGNED : task.wanted, 1, 0);
            endCancelled(task, null);
        });
        for (Task<T, R> task : dispatch.runningTasks()) {
            String worker = requireNonNull(task.worker).name;
            boolean decided = task.decide(TaskState.CANCELLED);
            if (decided || task.state() == TaskState.CANCELLED || task.isBlamed) {
                counts.count(worker, 0, 1);
            }
            Thread target = task.state() == TaskState.COMPLETED ? null : announceInterrupt(task);
            later().first(() -> interrupt(task, target));
            if (decided) {
                endCancelled(task, worker);
            }
        }
        unlock(now);
        dropped.sort(Comparator.comparingLong(task -> task.number));
        return dropped.stream().map(task -> task.input).collect(Collectors.toList());
    }

    private DrainReport finishClose(long nanos) {
        Closing end = new Closing();
        end.await(drained, nanos, this::sweep, this::threads);
        lock.lock();
        long given = abandoned;
        abandoned = 0;
        lock.unlock();
        end.count(UNASSIGNED, given, 0);
        List<Thread> left = end.threadsLeft();
        if (!left.isEmpty()) {
            failures.warn("coordinator '" + name() + "' leaves threads behind whose tasks ignore interruption: "
                    + Names.list(left.stream().map(Thread::getName).toList()));
        }
        return end.report(name());
    }

    private List<Thread> threads() {
        lock.lock();
        try {
            Set<Thread> all = new LinkedHashSet<>(last);
            all.addAll(crew.threads());
            Thread watcher = watch.thread();
            if (watcher != null) {
                all.add(watcher);
            }
            return List.copyOf(all);
        } finally {
            lock.unlock();
        }
    }

    private void log(DrainReport report) {
        if (!report.isClean()) {
            failures.warn(Closing.describe(report, "coordinator '" + name() + "'", "workers"));
        }
    }

    // ---- seen from outside

    @Override
    public CoordinatorStats stats() {
        long now = ticker.getAsLong();
        CoordinatorStats totals;
        List<Worker<T, R>> workers;
        enter(now);
        try {
            totals = dispatch.stats(rejected.sum(), crew.size());
            workers = dispatch.everyWorker();
        } finally {
            unlock(now);
        }
        Map<String, WorkerStats> byName = new LinkedHashMap<>();
        for (Worker<T, R> worker : workers) {
            WorkerStats stats = stats(worker, now);
            byName.putIfAbsent(worker.name, stats);
        }
        return totals.withWorkers(byName);
    }

    @Override
    public Optional<WorkerStats> stats(String worker) {
        requireNonNull(worker, "worker");
        long now = ticker.getAsLong();
        lock.lock();
        try {
            dispatch.hands.callIn(now);
            Worker<T, R> target = dispatch.worker(worker);
            return target == null ? Optional.empty() : Optional.of(dispatch.stats(target, now));
        } finally {
            lock.unlock();
        }
    }

    private WorkerStats stats(Worker<T, R> worker, long now) {
        lock.lock();
        try {
            dispatch.hands.callIn(now);
            return dispatch.stats(worker, now);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "Coordinator[" + name() + ", workers=" + workers().size() + (closing ? ", closed" : "") + "]";
    }
}
