package dev.fairway.coordinator;

import static java.util.Objects.requireNonNull;

import dev.fairway.TaskState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for what, and who gets what: everything that is decided, without threads and without a clock. Guarded by the
 * coordinator's lock; calls nobody else's code. What has to be done outside the lock is told to {@link Effects}.
 *
 * <p><b>Where a waiting task is.</b> In one list: the common one (any worker may take it), a worker's queue (it requires or prefers
 * that one), a worker's calls (that worker's own thread runs it where it waits), or that of a name that nobody has; or it is
 * given to a worker that waits for a thread, and counts as running; or a thread has it in hand ({@link Hands}).
 *
 * <p><b>Invariants</b>, whenever the lock is free:
 *
 * <ol>
 *   <li>A worker that is free has an empty queue.
 *   <li>A task is in the common list only while no worker may have it that would be done with it earlier than those that are busy,
 *       and for no longer than the mean of such an idle worker; {@link #review} sees to what becomes true by mere waiting. Or some workers
 *       wait for a thread already, and the next one that starts will look; or the tasks are tiny, and left to a worker that is up, for two
 *       milliseconds at the most.
 *   <li>A worker is given a task, or is running one, or is free; it has one thread at the most.
 *   <li>{@code accepted = completed + failed + cancelled + refused + waiting + running}.
 *   <li>Following from a waiting worker what it waits for, and who runs or holds that, never leads back to it.
 * </ol>
 *
 * <p>The last one holds because the only moments that could break it look: the beginning of a wait ({@link Waits#await}), and the
 * moving of a task that a worker waits for ({@link #spill}).
 */
final class Dispatch<T, R extends @Nullable Object> {
    private static final int FURTHEST_TAKEN = 64;

    /** Who starts looks for the next to be given something. */
    private static final int MOST_WAITING_STARTS = 2;

    /** Tasks that take less than this part of what it takes to wake a thread are short. */
    private static final int SHORT_PART = 4;

    /** Tasks that take less than this part of it are tiny: the lock that each of them takes is a good part of what they cost. */
    private static final int TINY_PART = 16;

    private static final long LONGEST_LEFT_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int STUCK_FACTOR = 10;
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long STREAM_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long STUCK_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** What has to be done when the lock is free. */
    interface Effects<T, R extends @Nullable Object> {
        void refused(Task<T, R> task, List<String> workers);

        void timedOut(Task<T, R> task);

        void wake(Thread thread);

        /** Calls {@link #acceptAll} with what submitters have left. */
        void drain(long now);

        void quarantined(String worker, String reason);

        void released(String worker);
    }

    final String name;
    private final CoordinatorSettings<T> settings;
    private final Effects<T, R> effects;
    private final long startCost;

    final Fleet fleet;
    final Waits<T, R> waits = new Waits<>(this);
    final Hands<T, R> hands;
    private final Map<String, Worker<T, R>> workers = new LinkedHashMap<>();
    private final Map<String, Worker<T, R>> leaving = new LinkedHashMap<>();

    /** Of the workers; null after a change. */
    private @Nullable List<String> names;

    final TaskList<T, R> common = new TaskList<>(null);
    private final Map<String, TaskList<T, R>> missing = new HashMap<>();

    /** Those that wait for a worker that is yet to come, by the end of their patience. */
    private final Agenda<T, R> byPatience = new Agenda<>();

    /** Those that run, by their timeout. */
    private final Agenda<T, R> timed = new Agenda<>();

    private final ArrayDeque<Worker<T, R>> starts = new ArrayDeque<>();
    private final Set<Worker<T, R>> withPreferred = new LinkedHashSet<>();

    /** See {@link #isStreaming()}. */
    private boolean isStreaming;

    /** Whether idle workers are left asleep beside a stream, so that {@link #review} must be called now and then. */
    private boolean isLookedAfter;

    private long numbers;
    private long ordinals;
    private final Books<T, R> books = new Books<>();

    Dispatch(CoordinatorSettings<T> settings, Effects<T, R> effects) {
        this.name = settings.name();
        this.settings = settings;
        this.effects = effects;
        this.startCost = settings.startCost();
        this.fleet = new Fleet(settings.loadBalance().kind());
        boolean isMeasured = settings.loadBalance().measure() != null;
        this.hands = new Hands<>(this, startCost, startCost / TINY_PART, !isMeasured && !settings.areTasksListened());
    }

    // ---- workers

    @Nullable
    Worker<T, R> worker(String workerName) {
        return workers.get(workerName);
    }

    List<String> workerNames() {
        List<String> known = names;
        if (known == null) {
            known = List.copyOf(workers.keySet());
            names = known;
        }
        return known;
    }

    /** The workers, and those that were removed and still run. */
    List<Worker<T, R>> everyWorker() {
        List<Worker<T, R>> all = new ArrayList<>(workers.values());
        all.addAll(leaving.values());
        return all;
    }

    Worker<T, R> newWorker(String workerName, WorkerFunction<? super T, ? extends R> function) {
        return new Worker<>(
                workerName,
                ++ordinals,
                new Pace(settings.ewmaAlpha()),
                new Health(settings.failuresToQuarantine(), settings.firstBackOff(), settings.longestBackOff()),
                function);
    }

    /** True when the worker replaced one. */
    boolean addWorker(String workerName, WorkerFunction<? super T, ? extends R> function, double measured, long now) {
        Worker<T, R> existing = workers.get(workerName);
        if (existing != null) {
            fleet.change(existing, () -> renew(existing, function, measured));
            if (existing.isFree()) {
                settle(existing, now);
            }
            evictFromQuarantined(now);
            placeCommon(now);
            return true;
        }
        Worker<T, R> last = leaving.remove(workerName);
        Worker<T, R> worker = last == null ? newWorker(workerName, function) : last;
        renew(worker, function, measured);
        worker.removed = false;
        worker.tally = new Tally();
        workers.put(workerName, worker);
        names = null;
        fleet.add(worker);
        if (worker.isFree()) {
            fleet.idle(worker, now);
        } else {
            fleet.busy(worker, now);
        }
        appeared(worker, now);
        evictFromQuarantined(now);
        placeCommon(now);
        return false;
    }

    private void renew(Worker<T, R> worker, WorkerFunction<? super T, ? extends R> function, double measured) {
        worker.function = function;
        worker.generation++;
        worker.measured = measured;
        worker.pace.forget();
        worker.health.release();
    }

    private void appeared(Worker<T, R> worker, long now) {
        TaskList<T, R> patient = missing.remove(worker.name);
        if (patient == null) {
            return;
        }
        for (Task<T, R> task = patient.first(); task != null; task = patient.first()) {
            delist(task);
            enqueue(worker, task, now);
            if (task.list == worker.queue && worker.waitsFor != null && waits.closesCircle(task, worker)) {
                delist(task);
                call(worker, task);
            }
        }
    }

    /** True when there was one. */
    boolean removeWorker(String workerName, long now) {
        Worker<T, R> worker = workers.remove(workerName);
        if (worker == null) {
            return false;
        }
        names = null;
        fleet.remove(worker);
        worker.removed = true;
        Task<T, R> given = takeBack(worker);
        List<Task<T, R>> left = new ArrayList<>();
        if (given != null) {
            left.add(given);
        }
        for (Task<T, R> task = worker.queue.first(); task != null; task = worker.queue.first()) {
            delist(task);
            left.add(task);
        }
        if (!worker.isFree()) {
            leaving.put(workerName, worker);
        }
        for (Task<T, R> task : left) {
            if (task.kind == Task.Kind.REQUIRE) {
                miss(task, now);
            } else {
                spill(task, now);
            }
        }
        placeCommon(now);
        return true;
    }

    void putAside(Worker<T, R> worker, long now) {
        if (worker.health.isAside()) {
            return;
        }
        Task<T, R> given = worker.given != null && worker.given.kind != Task.Kind.REQUIRE ? takeBack(worker) : null;
        fleet.change(worker, worker.health::putAside);
        effects.quarantined(worker.name, requireNonNull(worker.health.reason()));
        evict(worker, now);
        if (given != null) {
            spill(given, now);
            settle(worker, now);
        }
        placeCommon(now);
    }

    void release(Worker<T, R> worker, long now) {
        if (worker.health.reason() == null) {
            return;
        }
        fleet.change(worker, worker.health::release);
        if (worker.isFree()) {
            fleet.idle(worker, now);
        }
        effects.released(worker.name);
        evictFromQuarantined(now);
        placeCommon(now);
    }

    /** The task that is given to a worker and has not been started; null when there is none. */
    private @Nullable Task<T, R> takeBack(Worker<T, R> worker) {
        Task<T, R> given = worker.given;
        if (given != null) {
            starts.remove(worker);
            worker.given = null;
            given.worker = null;
            books.running--;
        }
        return given;
    }

    // ---- tasks that come in

    void accept(Task<T, R> task, long now) {
        task.number = ++numbers;
        books.accepted++;
        Worker<T, R> wanted = task.wanted == null ? null : workers.get(task.wanted);
        switch (task.kind) {
            case ANY -> place(task, now);
            case PREFER -> {
                if (wanted != null && takesPreferred(wanted, now)) {
                    enqueue(wanted, task, now);
                } else {
                    place(task, now);
                }
            }
            case REQUIRE -> {
                if (wanted != null) {
                    enqueue(wanted, task, now);
                } else {
                    miss(task, now);
                }
            }
        }
    }

    /** Accepts tasks for any worker, oldest first, linked by {@link Task#next}. */
    void acceptAll(Task<T, R> oldest, long now) {
        int count = common.addAndNumber(oldest, numbers);
        numbers += count;
        books.accepted += count;
        books.waiting += count;
        while (fleet.hasIdle() && !common.isEmpty() && !areThreadsBehind() && !isLeftToBusy(null, now)) {
            Worker<T, R> idle = pick(now);
            if (idle == null || fleet.isWaitShorter(idle, startCost, common.size() - 1, now)) {
                break;
            }
            Task<T, R> task = requireNonNull(common.first());
            delist(task);
            give(idle, task, now);
        }
    }

    /** How many have been accepted. */
    long accepted() {
        return books.accepted;
    }

    private boolean takesPreferred(Worker<T, R> worker, long now) {
        boolean room = worker.isFree() || (worker.queue.size() < settings.queueThreshold() && !isQuarantined(worker));
        return room && fleet.isEligible(worker, now) && !isStuck(worker, now);
    }

    /** Whether nothing that could go elsewhere may wait for the worker, though it may be given a task to prove itself by. */
    private boolean isQuarantined(Worker<T, R> worker) {
        return worker.health.isAside() || (worker.health.isEjected() && !fleet.isPanicking());
    }

    private boolean isStuck(Worker<T, R> worker, long now) {
        if (worker.top == null) {
            return false;
        }
        long taken = now - worker.busySince;
        return taken >= STUCK_NANOS && taken > STUCK_FACTOR * Math.max(0, fleet.expected(worker, now));
    }

    /** To a certain worker. */
    private void enqueue(Worker<T, R> worker, Task<T, R> task, long now) {
        if (worker.isFree()) {
            give(worker, task, now);
        } else {
            enlist(worker.queue, task);
        }
    }

    /** To an idle worker, or among those that wait for any. */
    private void place(Task<T, R> task, long now) {
        Worker<T, R> idle = fleet.hasIdle() && !isLeftToBusy(null, now) ? pick(now) : null;
        if (idle != null && !fleet.isWaitShorter(idle, startCost, common.size(), now)) {
            give(idle, task, now);
        } else {
            enlist(common, task);
        }
    }

    /** As {@link #place}, for a task that has lost its place. */
    void spill(Task<T, R> task, long now) {
        place(task, now);
        Worker<T, R> waiter = task.waiter;
        if (task.list == common && waiter != null) {
            delist(task);
            call(waiter, task);
        }
    }

    /** To the thread of a worker that waits itself. */
    void call(Worker<T, R> waiter, Task<T, R> task) {
        enlist(waiter.calls, task);
        effects.wake(requireNonNull(waiter.thread));
    }

    /** There is no worker of the name that the task requires. */
    void miss(Task<T, R> task, long now) {
        String wanted = requireNonNull(task.wanted);
        if (task.affinity instanceof Affinity.RequireWithin within
                && !within.timeout().isZero()) {
            enlist(missing.computeIfAbsent(wanted, absent -> new TaskList<>(null)), task);
            byPatience.add(task, now, TimeUnit.NANOSECONDS.convert(within.timeout()));
        } else {
            refuse(task);
        }
    }

    private void refuse(Task<T, R> task) {
        task.state(TaskState.FAILED);
        books.refused++;
        effects.refused(task, workerNames());
    }

    void enlist(TaskList<T, R> list, Task<T, R> task) {
        list.addByAge(task);
        books.waiting++;
        Worker<T, R> owner = list.owner;
        if (owner != null && list == owner.queue) {
            owner.waiting++;
            if (task.kind == Task.Kind.PREFER && owner.preferredWaiting++ == 0) {
                withPreferred.add(owner);
            }
        }
    }

    /** Whether any worker may take it. */
    boolean isCommon(Task<T, R> task) {
        return task.list == common;
    }

    void delist(Task<T, R> task) {
        TaskList<T, R> list = requireNonNull(task.list);
        list.remove(task);
        books.waiting--;
        Worker<T, R> owner = list.owner;
        if (owner != null) {
            if (list == owner.queue) {
                owner.waiting--;
                if (task.kind == Task.Kind.PREFER && --owner.preferredWaiting == 0) {
                    withPreferred.remove(owner);
                }
            }
        } else if (list != common) {
            byPatience.remove(task);
            if (list.isEmpty()) {
                missing.remove(requireNonNull(task.wanted), list);
            }
        }
    }

    @SuppressWarnings("unchecked") // the members of this fleet are this coordinator's workers
    @Nullable
    Worker<T, R> pick(long now) {
        return (Worker<T, R>) fleet.pick(now);
    }

    // ---- starts and ends

    void give(Worker<T, R> worker, Task<T, R> task, long now) {
        worker.given = task;
        task.worker = worker;
        books.running++;
        if (worker.place == Member.Place.BUSY) {
            fleet.busyAgain(worker, now);
        } else {
            fleet.busy(worker, now);
        }
        starts.add(worker);
    }

    boolean hasStarts() {
        return !starts.isEmpty();
    }

    /** Starts the next task on a thread; null when there is none. */
    @Nullable
    Task<T, R> take(Thread thread, long now) {
        Worker<T, R> worker = starts.poll();
        if (worker == null) {
            return null;
        }
        Task<T, R> task = requireNonNull(worker.given);
        worker.given = null;
        worker.busySince = now;
        begin(worker, task, thread, now);
        if (!common.isEmpty() && fleet.hasIdle() && !areThreadsBehind()) {
            placeCommon(now);
        }
        return task;
    }

    /** Starts a task on top of the one that a worker waits in. */
    void takeNested(Worker<T, R> worker, Task<T, R> task, long now) {
        books.running++;
        begin(worker, task, requireNonNull(worker.thread), now);
    }

    private void begin(Worker<T, R> worker, Task<T, R> task, Thread thread, long now) {
        task.worker = worker;
        task.below = worker.top;
        task.generation = worker.generation;
        task.function = worker.function;
        task.startedAt = now;
        task.state(TaskState.PROCESSING);
        worker.top = task;
        worker.thread = thread;
        if (task.timeoutNanos > 0) {
            timed.add(task, now, task.timeoutNanos);
        }
        if (task.kind == Task.Kind.REQUIRE) {
            books.required(worker);
        } else if (task.kind == Task.Kind.PREFER) {
            String wanted = requireNonNull(task.wanted);
            books.preferred(worker, workers.get(wanted), wanted);
        }
    }

    /** A task in hand waits for any worker again. */
    void putBack(Task<T, R> task) {
        task.worker = null;
        task.function = null;
        common.addToOldest(task);
    }

    /** A worker's thread has claimed so many tasks of its hand, one after another. It runs the last of them now, and has ended the others. */
    void goOn(Hand<T, R> hand, int claimed) {
        Worker<T, R> worker = hand.worker;
        Task<T, R> running = requireNonNull(worker.top);
        for (int i = 0; i < claimed; i++) {
            countEnded(worker, running, running.state());
            running = hand.get(i);
        }
        worker.top = running;
        books.waiting -= claimed;
    }

    private void countEnded(Worker<T, R> worker, Task<T, R> task, TaskState outcome) {
        if (task.timeoutNanos > 0) {
            timed.remove(task);
        }
        books.ended(worker, task, outcome);
        task.caller = null;
        task.function = null;
    }

    /** The task's code has returned, and its outcome is decided. {@link #settle} follows when nothing is below it. */
    void book(Task<T, R> task) {
        Worker<T, R> worker = requireNonNull(task.worker);
        long endedAt = task.endedAt;
        TaskState outcome = task.state();
        countEnded(worker, task, outcome);
        books.running--;
        worker.top = task.below;
        task.below = null;
        if (worker.top == null) {
            worker.thread = null;
        }
        if (worker.removed || task.generation != worker.generation) {
            return;
        }
        long taken = endedAt - task.startedAt;
        if (outcome == TaskState.COMPLETED) {
            boolean wasEjected = worker.health.isEjected();
            fleet.succeeded(worker, taken, endedAt);
            if (wasEjected) {
                if (worker.health.reason() == null) {
                    effects.released(worker.name);
                }
                evictFromQuarantined(endedAt);
            }
        } else if (outcome == TaskState.FAILED && task.countsAsFailure && !task.isBlamed) {
            blame(worker, taken, endedAt);
        } else {
            fleet.ended(worker, taken, endedAt);
        }
    }

    private void blame(Worker<T, R> worker, long taken, long now) {
        boolean wasEjected = worker.health.isEjected();
        fleet.failed(worker, taken, now);
        if (!wasEjected && worker.health.isEjected()) {
            effects.quarantined(worker.name, requireNonNull(worker.health.reason()));
            evict(worker, now);
            placeCommon(now);
        }
    }

    /** The worker has become free: it gets its next task, or is idle. */
    void settle(Worker<T, R> worker, long now) {
        if (worker.removed) {
            leaving.remove(worker.name, worker);
            return;
        }
        if (common.isEmpty()) {
            effects.drain(now);
        }
        if (!worker.isFree()) {
            return; // it was given one meanwhile
        }
        Task<T, R> next = next(worker, now);
        if (next != null) {
            delist(next);
            give(worker, next, now);
        } else {
            fleet.idle(worker, now);
        }
        Task<T, R> oldest = common.first();
        if (oldest != null && fleet.hasIdle() && (next == null || now - oldest.acceptedAt > startCost)) {
            placeCommon(now);
        }
    }

    /** The oldest task that the worker may run and is the best place for. */
    private @Nullable Task<T, R> next(Worker<T, R> worker, long now) {
        Task<T, R> own = worker.queue.first();
        Task<T, R> any = common.first();
        if (any == null || (own != null && own.number < any.number) || !fleet.isEligible(worker, now)) {
            return own;
        }
        if (isLeftToBusy(worker, now)) {
            return own;
        }
        if (fleet.busyCount() < 2 || now - any.acceptedAt > fleet.expected(worker, now)) {
            return any;
        }
        int left = fleet.leaves(worker, now);
        if (left == 0) {
            return any;
        }
        return left < common.size() ? common.get(Math.min(left, FURTHEST_TAKEN)) : own;
    }

    /** Tasks for any go to idle workers that are the best place for them, or that they have waited long enough for. */
    private void placeCommon(long now) {
        if (isLeftToBusy(null, now)) {
            return;
        }
        for (Task<T, R> task = common.first(); task != null && !areThreadsBehind(); task = common.first()) {
            Worker<T, R> idle = pick(now);
            if (idle == null || (!isOverdue(task, idle, now) && fleet.isWaitShorter(idle, startCost, 0, now))) {
                return;
            }
            delist(task);
            give(idle, task, now);
        }
    }

    /** Gives a task for any to an idle worker, whoever may be the better place for it; false when there is none or nobody. */
    boolean giveOldest(long now) {
        Task<T, R> oldest = common.first();
        Worker<T, R> idle = oldest != null && fleet.hasIdle() ? pick(now) : null;
        if (oldest == null || idle == null) {
            return false;
        }
        delist(oldest);
        give(idle, oldest, now);
        return true;
    }

    /**
     * Whether what waits for any is left to busy workers whose tasks are so short that one more thread would only be in their way: all take
     * the lock for each task. For a few milliseconds at the most; when somebody takes longer than expected, {@link #review} comes.
     *
     * @param except who is not counted among them
     */
    boolean isLeftToBusy(@Nullable Worker<T, R> except, long now) {
        Task<T, R> oldest = common.first();
        return oldest != null
                && now - oldest.acceptedAt < LONGEST_LEFT_NANOS
                && fleet.isBusyWithShort(startCost / TINY_PART, STREAM_CHECK_NANOS, except, now);
    }

    /**
     * Whether enough workers wait for a thread already: one more would have it no earlier than the one that is done next, and whose
     * data is at hand.
     */
    private boolean areThreadsBehind() {
        return starts.size() >= MOST_WAITING_STARTS;
    }

    private boolean isOverdue(Task<T, R> task, Worker<T, R> idle, long now) {
        return now - task.acceptedAt > Math.max(startCost, fleet.expected(idle, now));
    }

    /** Somebody is trusted again, or has come: those in quarantine are no longer as good as others. */
    private void evictFromQuarantined(long now) {
        if (!withPreferred.isEmpty()) {
            for (Worker<T, R> worker : List.copyOf(withPreferred)) {
                if (isQuarantined(worker)) {
                    evict(worker, now);
                }
            }
        }
    }

    /** Tasks that only prefer the worker go elsewhere. */
    private void evict(Worker<T, R> worker, long now) {
        if (worker.preferredWaiting == 0) {
            return;
        }
        List<Task<T, R>> preferred = new ArrayList<>();
        for (Task<T, R> task = worker.queue.first(); task != null; task = task.next) {
            if (task.kind == Task.Kind.PREFER) {
                preferred.add(task);
            }
        }
        for (Task<T, R> task : preferred) {
            delist(task);
            spill(task, now);
        }
    }

    /** Drops a waiting task. */
    void cancel(Task<T, R> task, long now) {
        drop(task);
        Worker<T, R> worker = task.worker;
        if (worker != null) {
            takeBack(worker);
            settle(worker, now);
        }
    }

    private void drop(Task<T, R> task) {
        if (task.list != null) {
            delist(task);
        }
        task.state(TaskState.CANCELLED);
        books.cancelledWaiting++;
    }

    /** Drops everything that waits, and hands it over. */
    void dropAll(Consumer<Task<T, R>> dropped) {
        dropUnassigned(dropped);
        for (Worker<T, R> worker : everyWorker()) {
            Task<T, R> given = takeBack(worker);
            if (given != null) {
                drop(given);
                fleet.idle(worker, worker.busySince);
                dropped.accept(given);
            }
            drop(worker.calls, dropped);
            drop(worker.queue, dropped);
        }
    }

    /** Drops what waits for no worker that is there. */
    void dropUnassigned(Consumer<Task<T, R>> dropped) {
        drop(common, dropped);
        dropMissing(dropped);
    }

    /** Drops what waits for a worker that is yet to come. */
    void dropMissing(Consumer<Task<T, R>> dropped) {
        for (Task<T, R> task = byPatience.first(); task != null; task = byPatience.first()) {
            drop(task);
            dropped.accept(task);
        }
    }

    private void drop(TaskList<T, R> list, Consumer<Task<T, R>> dropped) {
        for (Task<T, R> task = list.first(); task != null; task = list.first()) {
            drop(task);
            dropped.accept(task);
        }
    }

    /** Whether what waits for any worker waits in vain, as long as nobody is added. */
    boolean hasNobodyForAny() {
        return fleet.notAside() == 0;
    }

    /** All tasks that run, those below others included. */
    List<Task<T, R>> runningTasks() {
        List<Task<T, R>> all = new ArrayList<>();
        for (Worker<T, R> worker : everyWorker()) {
            for (Task<T, R> task = worker.top; task != null; task = task.below) {
                all.add(task);
            }
        }
        return all;
    }

    // ---- what comes with time

    /** Does what is due. */
    void review(long now) {
        for (Task<T, R> task = timed.firstDue(now); task != null; task = timed.firstDue(now)) {
            timed.remove(task);
            timeOut(task, now);
        }
        for (Task<T, R> task = byPatience.firstDue(now); task != null; task = byPatience.firstDue(now)) {
            delist(task);
            refuse(task);
        }
        if (!withPreferred.isEmpty()) {
            for (Worker<T, R> worker : List.copyOf(withPreferred)) {
                if (isStuck(worker, now)) {
                    evict(worker, now);
                }
            }
        }
        placeCommon(now);
    }

    private void timeOut(Task<T, R> task, long now) {
        Worker<T, R> worker = requireNonNull(task.worker);
        if (task.decide(TaskState.FAILED)) {
            task.isBlamed = true;
            if (!worker.removed && task.generation == worker.generation) {
                blame(worker, now - task.startedAt, now);
            }
            effects.timedOut(task);
        }
    }

    /** How long until something may be due; {@link Long#MAX_VALUE} when nothing will be. */
    long untilDue(long now) {
        long until = Long.MAX_VALUE;
        if (isLookedAfter || hands.areOut()) {
            until = STREAM_CHECK_NANOS;
        }
        if (!common.isEmpty()) {
            Worker<T, R> idle = fleet.hasIdle() ? pick(now) : null;
            if (idle != null && isLeftToBusy(null, now)) {
                until = Math.min(until, STREAM_CHECK_NANOS);
            } else if (idle != null && !areThreadsBehind()) { // else the next start looks
                long due = Math.max(startCost, fleet.expected(idle, now));
                until = Math.min(until, Math.max(0, requireNonNull(common.first()).acceptedAt + due - now + 1));
            }
            until = Math.min(until, fleet.untilRetry(now));
        }
        until = Math.min(until, timed.untilDue(now));
        until = Math.min(until, byPatience.untilDue(now));
        return withPreferred.isEmpty() ? until : Math.min(until, STUCK_CHECK_NANOS);
    }

    /** Whether it makes no difference that a task for any worker is looked at a little later. */
    boolean maySubmittersGo(long now) {
        boolean hasIdle = fleet.hasIdle();
        isStreaming = fleet.isBusyWithShort(startCost / SHORT_PART, startCost, null, now);
        isLookedAfter = isStreaming && hasIdle;
        return isStreaming || !hasIdle;
    }

    /** Whether a worker ends task after task. */
    boolean isStreaming() {
        return isStreaming;
    }

    /** Whether {@link #untilDue(long)} need not be asked. */
    boolean neverDue() {
        return !isLookedAfter
                && !hands.areOut()
                && common.isEmpty()
                && byPatience.isEmpty()
                && withPreferred.isEmpty()
                && timed.isEmpty();
    }

    // ---- seen from outside

    /** Also those in hand. */
    int waiting() {
        return books.waiting;
    }

    /** Tasks whose code runs or is about to, whatever became of them. */
    int running() {
        return books.running;
    }

    /** The totals, with what is decided and not booked yet. */
    CoordinatorStats stats(long rejected, int threads) {
        boolean isIdle = fleet.busyCount() == 0 && leaving.isEmpty();
        return books.stats(settings, rejected, threads, workers.values(), isIdle ? List.of() : everyWorker());
    }

    WorkerStats stats(Worker<T, R> worker, long now) {
        return books.stats(worker, fleet.expected(worker, now));
    }
}
