package dev.fairway.scheduler;

import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads.Code;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A task of the tests: its code, and how often it ran. Its result is its name. */
final class Job {
    final String name;
    final AtomicInteger processed = new AtomicInteger();
    final AtomicInteger committed = new AtomicInteger();
    private Code process = () -> {};
    private Code commit = () -> {};

    private Job(String name) {
        this.name = name;
    }

    static Job named(String name) {
        return new Job(name);
    }

    static Job of(Code process) {
        return new Job("job").processing(process);
    }

    /** A job whose process phase waits at a gate. */
    static Job at(Gate gate) {
        return new Job("gated").processing(gate::pass);
    }

    /** A job whose commit phase waits at a gate. */
    static Job committingAt(Gate gate) {
        return new Job("committing").committing(gate::pass);
    }

    Job processing(Code code) {
        this.process = code;
        return this;
    }

    Job committing(Code code) {
        this.commit = code;
        return this;
    }

    /** A scheduler of jobs. */
    static FairScheduler.Builder<Job, String> scheduler() {
        return FairScheduler.<Job, String>processing(Job::process)
                .committing(Job::commit)
                .drainTimeout(Duration.ofSeconds(10));
    }

    /** A scheduler of jobs with one worker and strict turns. */
    static FairScheduler.Builder<Job, String> strict() {
        return scheduler().workers(1).turn(Duration.ZERO);
    }

    private String process() throws Exception {
        processed.incrementAndGet();
        process.run();
        return name;
    }

    private void commit(String result) throws Exception {
        if (!name.equals(result)) {
            throw new AssertionError("the commit of " + name + " got the result " + result);
        }
        committed.incrementAndGet();
        commit.run();
    }

    @Override
    public String toString() {
        return name;
    }
}
