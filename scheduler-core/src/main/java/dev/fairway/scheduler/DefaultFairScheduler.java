package dev.fairway.scheduler;

import static java.util.Objects.requireNonNull;

import dev.fairway.CancelOption;
import dev.fairway.ContextPropagator;
import dev.fairway.DrainReport;
import dev.fairway.RejectedTaskException;
import dev.fairway.RejectedTaskException.Reason;
import dev.fairway.TaskHandle;
import dev.fairway.internal.Closing;
import dev.fairway.internal.Failures;
import dev.fairway.internal.Names;
import dev.fairway.internal.WorkerThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler: the registry of its channels, and its life. What happens to tasks is in {@link DefaultChannel}, who runs them in
 * {@link Crew}.
 *
 * <p><b>Life.</b> OPEN; CLOSING (accepts nothing, drains); ENDED (no channel is left, the workers go). Changed under the registry's
 * monitor, which is taken before all other locks.
 */
final class DefaultFairScheduler<T, R extends @Nullable Object> implements FairScheduler<T, R> {

    private static final int OLDEST_WAIT_SAMPLE = 64;
    private static final int FEWEST_CANDIDATES = 64;

    private enum Life {
        OPEN,
        CLOSING,
        ENDED
    }

    final LongSupplier ticker;
    final SharedClock clock = new SharedClock();
    final RingPool rings;
    final BusiestIndex busiest = new BusiestIndex();
    final @Nullable Room<DefaultChannel<T, R>> room;
    final WaitGraph<T, R> waits = new WaitGraph<>(this);
    final Outcomes<T, R> outcomes;
    final Crew<T, R> crew;

    private final SchedulerBuilder.Settings<T> settings;
    private final TaskCode<T, R> code;
    private final @Nullable ToLongFunction<? super T> cost;
    private final @Nullable ContextPropagator contextPropagator;
    private final boolean listened;
    private final IdleSweeper idleSweeper = new IdleSweeper(this::closeIdleChannels);
    private final Failures failures = new Failures("dev.fairway.scheduler");

    final Object registry = new Object();

    /** Written under the registry's monitor. */
    private final Map<String, DefaultChannel<T, R>> channels = new ConcurrentHashMap<>();

    /** Guarded by the registry's monitor; what channels did that are no more. */
    private final Totals past = new Totals();

    /** Guarded by the registry's monitor; what was dropped because its channel was paused when the scheduler closed. */
    private final Map<String, Integer> abandoned = new LinkedHashMap<>();

    private final LongAdder rejectedLate = new LongAdder();

    private volatile Life life = Life.OPEN;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();
    private final AtomicBoolean closerStarted = new AtomicBoolean();

    DefaultFairScheduler(SchedulerBuilder.Settings<T> settings, TaskCode<T, R> code) {
        if (settings.virtualThreads()) {
            WorkerThreads.checkVirtual();
        }
        this.settings = settings;
        this.code = code;
        this.ticker = settings.ticker();
        this.rings = new RingPool(settings.workers());
        this.room = settings.capacity() == Integer.MAX_VALUE ? null : new Room<>(settings.capacity());
        this.cost = settings.cost();
        this.contextPropagator = settings.contextPropagator();
        this.listened = !settings.listeners().isEmpty();
        this.outcomes = new Outcomes<>(this, code, new Listeners<>(settings.name(), settings.listeners()));
        this.crew = new Crew<>(this, settings);
    }

    // ---- what channels and workers ask

    boolean readsClockForEachTask() {
        return listened;
    }

    /** The node of a task that is offered, or null when a bare task will do. */
    @Nullable
    TaskNode<T, R> nodeFor(T task) {
        ContextPropagator.Snapshot context = contextPropagator == null ? null : contextPropagator.capture();
        return context == null && cost == null && !listened ? null : node(task, null, context, TaskOptions.defaults());
    }

    TaskNode<T, R> node(T task, @Nullable TaskSink<R> sink, TaskOptions options) {
        return node(task, sink, contextPropagator == null ? null : contextPropagator.capture(), options);
    }

    private TaskNode<T, R> node(
            T task, @Nullable TaskSink<R> sink, ContextPropagator.@Nullable Snapshot context, TaskOptions options) {
        return new TaskNode<>(task, sink, context, costOf(task), options.isUrgent(), options.expiryNanos());
    }

    private long costOf(T task) {
        if (cost == null) {
            return 0;
        }
        long charged = cost.applyAsLong(task);
        if (charged < 0) {
            throw new IllegalArgumentException("cost must not be negative, not " + charged + " for task " + task);
        }
        return Math.max(1, charged); // who costs nothing could keep the others waiting for ever
    }

    boolean commits(@Nullable TaskNode<T, R> node) {
        return node != null && code.commits(node.task);
    }

    void runInCaller(DefaultChannel<T, R> channel, Run<T, R> run, TaskNode<T, R> node) {
        boolean wasInterrupted = Thread.interrupted(); // the task is not what the caller was interrupted for
        After<T, R> after = new After<>(this);
        Inside inside = Inside.enter(this, run);
        try {
            outcomes.run(channel, run, node);
        } finally {
            inside.leave();
            run.now = ticker.getAsLong();
            crew.leaveCaller(run, after);
            after.run();
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Never throws, for the sake of the worker. */
    void workerFailed(DefaultChannel<T, R> channel, Run<T, R> run, Throwable failure) {
        try {
            channel.decide(run, false);
            outcomes.broke(channel, run.node, failure);
        } catch (Throwable secondary) {
            failures.log(() -> "scheduler '" + name() + "' failed twice at a task", secondary);
        }
    }

    void interruptFailed(DefaultChannel<T, R> channel, Throwable failure) {
        failures.log(() -> "interrupting a task of channel '" + channel.name + "' failed", failure);
    }

    /** A channel that is no more has refused a task. */
    void rejectedLate() {
        rejectedLate.increment();
    }

    void workerDidNotStart(Throwable failure) {
        failures.log(() -> "scheduler '" + name() + "' cannot start a worker; it tries again", failure);
        CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(() -> {
            crew.lock();
            crew.unlockAndWake();
        });
    }

    void workerEnded() {
        completeWhenEnded();
    }

    RejectedTaskException closedRefusal() {
        return new RejectedTaskException(Reason.SCHEDULER_CLOSED, "scheduler '" + name() + "' is closed");
    }

    // ---- channels

    @Override
    public Channel<T, R> openChannel(String name, ChannelOptions options) {
        Names.check("channel", name);
        requireNonNull(options, "options");
        synchronized (registry) {
            DefaultChannel<T, R> existing = channels.get(name);
            if (life == Life.OPEN && existing != null && !existing.isClosed()) {
                throw new IllegalStateException("channel '" + name + "' of scheduler '" + name() + "' is already open");
            }
            return open(name, options);
        }
    }

    @Override
    public Channel<T, R> openChannel(String name) {
        return openChannel(name, optionsFor(Names.check("channel", name)));
    }

    @Override
    public DefaultChannel<T, R> channel(String name) {
        return channel(name, null);
    }

    DefaultChannel<T, R> channel(String name, @Nullable ChannelOptions options) {
        Names.check("channel", name);
        DefaultChannel<T, R> channel = channels.get(name);
        if (channel != null && !channel.isClosed()) {
            return channel;
        }
        synchronized (registry) {
            channel = channels.get(name);
            if (channel != null && !channel.isClosed()) {
                return channel;
            }
            return open(name, options == null ? optionsFor(name) : options);
        }
    }

    private ChannelOptions optionsFor(String name) {
        return settings.channelOptions().getOrDefault(name, settings.channelDefaults());
    }

    /** The registry's monitor is held, and no open channel has the name. */
    private DefaultChannel<T, R> open(String name, ChannelOptions options) {
        if (life != Life.OPEN) {
            throw closedRefusal();
        }
        DefaultChannel<T, R> existing = channels.get(name);
        if (existing != null) {
            if (!existing.isEnded()) {
                throw new IllegalStateException(
                        "channel '" + name + "' of scheduler '" + name() + "' is closed and still drains");
            }
            past.add(existing.retire());
        }
        DefaultChannel<T, R> channel = DefaultChannel.of(this, name, options);
        channels.put(name, channel);
        options.idleTimeout().ifPresent(idleSweeper::sweepFor);
        return channel;
    }

    @Override
    public TaskHandle<R> submit(String channel, T task, TaskOptions options) {
        requireNonNull(task, "task");
        requireNonNull(options, "options");
        while (true) {
            DefaultChannel<T, R> target = channel(channel);
            try {
                return target.submit(task, options);
            } catch (RejectedTaskException refusal) {
                if (refusal.reason() != Reason.CHANNEL_CLOSED || !target.closedBecauseIdle()) {
                    throw refusal;
                }
            }
        }
    }

    @Override
    public List<Channel<T, R>> channels() {
        return List.copyOf(channels.values());
    }

    @Override
    public Optional<Channel<T, R>> findChannel(String name) {
        return Optional.ofNullable(channels.get(requireNonNull(name, "name")));
    }

    @Override
    public CancelReport cancel(String channel, CancelOption... options) {
        DefaultChannel<T, R> target = channels.get(requireNonNull(channel, "channel"));
        if (target == null) {
            throw new IllegalArgumentException("no channel '" + channel + "' in scheduler '" + name() + "' (channels: "
                    + Names.list(channels.keySet()) + ")");
        }
        return target.cancelAll(options);
    }

    /** Everything in the channel has ended, and it accepts no more. */
    void channelEnded(DefaultChannel<T, R> channel) {
        boolean last;
        synchronized (registry) {
            if (channels.remove(channel.name, channel)) {
                past.add(channel.retire());
            }
            last = channels.isEmpty() && (life == Life.CLOSING || (life == Life.OPEN && settings.finishWhenIdle()));
            if (last) {
                life = Life.ENDED;
            }
        }
        channel.leave();
        outcomes.callBack(channel::completeTerminated);
        if (last) {
            end();
        }
    }

    void closeIdleChannels() {
        long now = ticker.getAsLong();
        for (DefaultChannel<T, R> channel : channels.values()) {
            channel.closeIfIdle(now);
        }
    }

    /** The channel was paused; a closing scheduler does not wait for it. */
    void channelPaused(DefaultChannel<T, R> channel) {
        if (life != Life.OPEN) {
            abandon(channel);
        }
    }

    private void abandon(DefaultChannel<T, R> channel) {
        int dropped = channel.sweep(DefaultChannel.Sweep.DROP).report().dropped();
        if (dropped > 0) {
            synchronized (registry) {
                abandoned.merge(channel.name, dropped, Integer::sum);
            }
        }
    }

    // ---- life

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public int workers() {
        return crew.limit();
    }

    @Override
    public void workers(int workers) {
        crew.limit(ChannelOptions.atLeastOne("workers", workers));
    }

    @Override
    public boolean isClosed() {
        return life != Life.OPEN;
    }

    /** Completes when the scheduler is closed and no channel is left. */
    CompletableFuture<Void> drained() {
        return drained;
    }

    @Override
    public CompletionStage<Void> terminated() {
        return terminated.minimalCompletionStage();
    }

    @Override
    public void close() {
        log(close(drainTimeout()));
    }

    @Override
    public Duration drainTimeout() {
        return Duration.ofNanos(settings.drainNanos());
    }

    @Override
    public DrainReport close(Duration drainTimeout) {
        long nanos = TimeUnit.NANOSECONDS.convert(requireNonNull(drainTimeout, "drainTimeout"));
        for (DefaultChannel<T, R> channel : stopAccepting()) {
            if (channel.isPaused()) {
                abandon(channel);
            }
        }
        if (!Inside.isInside(this)) {
            return finishClose(nanos);
        }
        if (closerStarted.compareAndSet(false, true)) {
            new Thread(() -> log(finishClose(nanos)), name() + "-close").start();
        }
        return new DrainReport(name(), Map.of());
    }

    @Override
    public List<T> shutdownNow() {
        return shutdownNow(DefaultChannel.Sweep.HAND_BACK);
    }

    List<T> shutdownNow(DefaultChannel.Sweep mode) {
        List<T> neverRan = new ArrayList<>();
        Collection<DefaultChannel<T, R>> all = stopAccepting();
        crew.halt(); // else the workers that are interrupted at one channel start what waits in the next
        for (DefaultChannel<T, R> channel : all) {
            neverRan.addAll(channel.sweep(mode).dropped());
        }
        return neverRan;
    }

    /** Closes all channels, and returns them. */
    private Collection<DefaultChannel<T, R>> stopAccepting() {
        List<DefaultChannel<T, R>> all;
        boolean end = false;
        synchronized (registry) {
            if (life == Life.OPEN) {
                life = Life.CLOSING;
            }
            all = List.copyOf(channels.values());
            if (life == Life.CLOSING && all.isEmpty()) {
                life = Life.ENDED;
                end = true;
            }
        }
        for (DefaultChannel<T, R> channel : all) {
            channel.close(DefaultChannel.CloseReason.SCHEDULER);
        }
        if (end) {
            end();
        }
        return all;
    }

    /** No channel is left. */
    private void end() {
        idleSweeper.stop();
        crew.stop();
        drained.complete(null);
        completeWhenEnded();
    }

    private void completeWhenEnded() {
        if (life == Life.ENDED && crew.hasNoWorkers()) {
            outcomes.callBack(() -> terminated.complete(null));
        }
    }

    private DrainReport finishClose(long nanos) {
        Closing closing = new Closing();
        closing.await(drained, nanos, this::cancelRest, crew::threads);
        synchronized (registry) {
            abandoned.forEach((channel, count) -> closing.count(channel, count, 0));
            abandoned.clear();
        }
        logThreads(closing.threadsLeft());
        return closing.report(name());
    }

    private void cancelRest(Closing closing) {
        crew.halt();
        for (DefaultChannel<T, R> channel : channels.values()) {
            CancelReport report =
                    channel.sweep(DefaultChannel.Sweep.CANCEL_AND_INTERRUPT).report();
            closing.count(channel.name, report.dropped(), report.suppressed() + report.committing());
        }
    }

    private void log(DrainReport report) {
        if (!report.isClean()) {
            failures.warn(Closing.describe(report, "scheduler '" + name() + "'", "channels"));
        }
    }

    private void logThreads(List<Thread> left) {
        if (!left.isEmpty()) {
            failures.warn("scheduler '" + name() + "' leaves threads behind whose tasks ignore interruption or commit: "
                    + Names.list(left.stream().map(Thread::getName).toList()));
        }
    }

    // ---- seen from outside

    @Override
    public SchedulerStats stats() {
        long now = ticker.getAsLong();
        Totals totals = new Totals();
        int open;
        synchronized (registry) {
            totals.add(past);
            totals.addRejected(rejectedLate.sum());
            open = channels.size();
            for (DefaultChannel<T, R> channel : channels.values()) {
                totals.add(channel.stats());
            }
        }
        Duration oldest = Duration.ZERO;
        for (DefaultChannel<T, R> channel : oldestWaitSample()) {
            Duration wait = channel.stats().oldestWait();
            oldest = wait.compareTo(oldest) > 0 ? wait : oldest;
        }
        return totals.stats(
                name(),
                oldest,
                crew.limit(),
                crew.active(),
                open,
                crew.waitingChannels(),
                Duration.ofNanos(crew.sinceLastTurn(now)));
    }

    private Set<DefaultChannel<T, R>> oldestWaitSample() {
        Set<DefaultChannel<T, R>> sample = new LinkedHashSet<>(crew.sample(OLDEST_WAIT_SAMPLE));
        for (TopBy by : List.of(TopBy.WAIT, TopBy.WAITING)) {
            sample.addAll(top(by, OLDEST_WAIT_SAMPLE));
        }
        return sample;
    }

    @Override
    public List<ChannelStats> busiest(TopBy by, int limit) {
        requireNonNull(by, "by");
        ChannelOptions.atLeastOne("limit", limit);
        return top(by, limit).stream().map(DefaultChannel::stats).toList();
    }

    /** From the index, which leaves out small values; those come from the channels that wait for a turn. */
    private List<DefaultChannel<T, R>> top(TopBy by, int limit) {
        long now = ticker.getAsLong();
        Map<DefaultChannel<T, R>, Long> values = new LinkedHashMap<>();
        int most = (int) Math.min(Integer.MAX_VALUE, Math.max(FEWEST_CANDIDATES, 2L * limit));
        int found;
        do { // who no longer belongs so high moves down, and others come up for it
            found = values.size();
            for (DefaultChannel<?, ?> candidate : busiest.candidates(by, most)) {
                @SuppressWarnings("unchecked") // an index belongs to one scheduler
                DefaultChannel<T, R> channel = (DefaultChannel<T, R>) candidate;
                if (!values.containsKey(channel)) {
                    values.put(channel, channel.value(by, now));
                }
            }
        } while (values.size() > found);
        values.values().removeIf(value -> value <= 0);
        if (values.size() < limit && by != TopBy.REJECTED) {
            crew.sample(Math.max(limit, OLDEST_WAIT_SAMPLE))
                    .forEach(channel -> values.computeIfAbsent(channel, absent -> absent.value(by, now)));
        }
        return values.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .sorted((a, b) -> Long.compare(b.getValue(), a.getValue()))
                .limit(limit)
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public String toString() {
        return "FairScheduler[" + name() + ", " + life + ", workers=" + crew.limit() + ", channels=" + channels.size()
                + "]";
    }
}
