package dev.fairway.coordinator;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * That a task was accepted is told by its submitter or by the worker that starts it, whoever comes first; the worker goes on when it
 * has been told. In the package of the coordinator, so that little else is done in between.
 */
@JCStressTest
@Outcome(
        id = {"0, 1", "1, 1"},
        expect = ACCEPTABLE,
        desc = "It was told once, before the start.")
@Outcome(expect = FORBIDDEN, desc = "It was told twice, or not before the start.")
@State
public class AnnouncementOnce {
    private final Listeners.Announcement announcement = new Listeners.Announcement();
    private final AtomicInteger told = new AtomicInteger();

    @Actor
    public void submitter(II_Result r) {
        announcement.tell(told::incrementAndGet, false);
        r.r1 = told.get();
    }

    @Actor
    public void worker(II_Result r) {
        announcement.tell(told::incrementAndGet, true);
        r.r2 = told.get();
    }
}
