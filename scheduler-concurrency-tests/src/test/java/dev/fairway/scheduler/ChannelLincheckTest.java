package dev.fairway.scheduler;

import dev.fairway.TaskHandle;
import dev.fairway.concurrency.Models;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A channel, a producer, a cancel, and a run that is moved on by hand, one phase at a time, as a worker does it: accept, commit-begin
 * and cancel are in one order, the same for all. No worker of the scheduler's own takes part, since the crew is halted.
 */
public class ChannelLincheckTest {
    private final DefaultFairScheduler<Integer, Integer> scheduler =
            (DefaultFairScheduler<Integer, Integer>) FairScheduler.<Integer, Integer>processing(task -> task)
                    .workers(1)
                    .ticker(() -> 0)
                    .build();
    private final DefaultChannel<Integer, Integer> channel;
    private final Run<Integer, Integer> run = new Run<>("by hand", true);
    private final After<Integer, Integer> after = new After<>(scheduler);
    private final TaskHandle<Integer> handle;

    public ChannelLincheckTest() {
        scheduler.crew.halt();
        channel = DefaultChannel.of(scheduler, "a", ChannelOptions.capacity(2));
        handle = channel.submit(0, TaskOptions.defaults());
    }

    @Operation(nonParallelGroup = "producer")
    public boolean offer() {
        return channel.offer(1);
    }

    @Operation
    public String cancelAll() {
        CancelReport report = channel.cancelAll();
        return report.dropped() + " dropped, " + report.suppressed() + " suppressed, " + report.committing()
                + " committing";
    }

    @Operation(nonParallelGroup = "handle")
    public boolean cancel() {
        return handle.cancel();
    }

    /** What the worker does next: start a task, begin its commit, decide it, end it. */
    @Operation(nonParallelGroup = "worker")
    public String step() {
        if (run.isIn(Run.Phase.IDLE)) {
            return start();
        }
        if (run.isIn(Run.Phase.COMMITTING)) {
            return channel.decide(run, true) ? "completed" : "undecided";
        }
        if (run.isIn(Run.Phase.DECIDED)) {
            return end("ended");
        }
        return channel.beginCommit(run) ? "commits" : end("does not commit");
    }

    private String start() {
        scheduler.crew.lockWith(channel);
        boolean started = channel.isRunnable() && channel.startTurn(run, after) != null;
        scheduler.crew.relinkLocked(channel);
        channel.lock.unlock();
        scheduler.crew.unlockAndWake();
        return started ? "started" : "nothing to start";
    }

    private String end(String how) {
        channel.endInCaller(run, after);
        scheduler.crew.lockWith(channel);
        channel.detach(run, after);
        scheduler.crew.relinkLocked(channel);
        channel.lock.unlock();
        scheduler.crew.unlockAndWake();
        after.run();
        return how;
    }

    @Operation
    public int size() {
        return channel.size();
    }

    @Test
    @Timeout(3_600)
    void acceptCommitAndCancelAreInOneOrder() {
        Models.optionsForChannels().check(ChannelLincheckTest.class);
    }
}
