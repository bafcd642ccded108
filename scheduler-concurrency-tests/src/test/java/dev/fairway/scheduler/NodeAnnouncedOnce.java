package dev.fairway.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * That a task was accepted is told by its producer or by the worker that starts it, whoever comes first; the worker goes on when it
 * has been told. In the package of the scheduler, so that little else is done in between.
 */
@JCStressTest
@Outcome(
        id = {"0, 1", "1, 1"},
        expect = ACCEPTABLE,
        desc = "It was told once, before the start.")
@Outcome(expect = FORBIDDEN, desc = "It was told twice, or not before the start.")
@State
public class NodeAnnouncedOnce {
    private final TaskNode<String, String> node = new TaskNode<>("task", null, null, 0, false, 0);
    private final AtomicInteger told = new AtomicInteger();

    @Actor
    public void producer(II_Result r) {
        node.announce(told::incrementAndGet, false);
        r.r1 = told.get();
    }

    @Actor
    public void worker(II_Result r) {
        node.announce(told::incrementAndGet, true);
        r.r2 = told.get();
    }
}
