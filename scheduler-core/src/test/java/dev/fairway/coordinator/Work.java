package dev.fairway.coordinator;

import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import java.time.Duration;

/** Tasks of the tests: a coordinator whose workers run the code that a task brings, handing it the worker's name. */
@FunctionalInterface
interface Work {
    String run(String worker) throws Exception;

    static Coordinator.Builder<Work, String> coordinator() {
        return Coordinator.<Work, String>builder().name("test").drainTimeout(Duration.ofSeconds(10));
    }

    static void addWorkers(Coordinator<Work, String> coordinator, String... names) {
        for (String name : names) {
            coordinator.addWorker(name, task -> task.run(name));
        }
    }

    /** Work that says who did it. */
    static Work named() {
        return worker -> worker;
    }

    /** Work that waits at a gate. */
    static Work at(Gate gate) {
        return worker -> {
            gate.pass();
            return worker;
        };
    }

    static Work failing(Exception failure) {
        return worker -> {
            throw failure;
        };
    }

    /** Work that takes some time by a clock that does not go on by itself. */
    static Work taking(Duration time, FakeClock clock) {
        return worker -> {
            clock.advance(time);
            return worker;
        };
    }
}
