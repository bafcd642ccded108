package dev.fairway.coordinator;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A submitter puts in one task and another while who holds the coordinator's lock takes all, and begins another pile. In the package of the
 * coordinator, so that little else is done in between.
 */
@JCStressTest
@Outcome(id = "0, 0, 12", expect = ACCEPTABLE, desc = "Both came later.")
@Outcome(
        id = {"1, 0, 2", "0, 1, 2"},
        expect = ACCEPTABLE,
        desc = "The second came later.")
@Outcome(
        id = {"12, 0, 0", "1, 2, 0", "0, 12, 0"},
        expect = ACCEPTABLE,
        desc = "Both were taken, in their order.")
@Outcome(expect = FORBIDDEN, desc = "A task was lost, taken twice, or has overtaken the other.")
@State
public class PutAgainstTake {
    private static final DefaultCoordinator<Integer, String> COORDINATOR = (DefaultCoordinator<Integer, String>)
            Coordinator.<Integer, String>builder().build();

    private final Inbox<Integer, String> inbox = new Inbox<>(8);
    private final Task<Integer, String> one = new Task<>(COORDINATOR, 1, Affinity.any(), null, 0);
    private final Task<Integer, String> two = new Task<>(COORDINATOR, 2, Affinity.any(), null, 0);

    @Actor
    public void submitter() {
        inbox.put(one);
        inbox.put(two);
    }

    @Actor
    public void holder(III_Result r) {
        r.r1 = taken();
        r.r2 = taken();
    }

    @Arbiter
    public void after(III_Result r) {
        r.r3 = taken();
    }

    /** The digits of all that were there. */
    private int taken() {
        int digits = 0;
        for (Task<Integer, String> task = inbox.takeAll(); task != null; task = task.next) {
            digits = 10 * digits + task.input;
        }
        return digits;
    }
}
