package dev.fairway.coordinator;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two submitters put a task in while who holds the coordinator's lock takes all, and begins another pile. In the package of the coordinator, so
 * that little else is done in between.
 */
@JCStressTest
@Outcome(id = "0, 0, 2", expect = ACCEPTABLE, desc = "Both came later.")
@Outcome(id = "[01], [01], 1", expect = ACCEPTABLE, desc = "One came later.")
@Outcome(id = "[012], [012], 0", expect = ACCEPTABLE, desc = "Both were taken.")
@Outcome(expect = FORBIDDEN, desc = "A task was lost, or taken twice.")
@State
public class PutAgainstTake {
    private static final DefaultCoordinator<String, String> COORDINATOR = (DefaultCoordinator<String, String>)
            Coordinator.<String, String>builder().build();

    private final Inbox<String, String> inbox = new Inbox<>(8);
    private final Task<String, String> one = new Task<>(COORDINATOR, "one", Affinity.any(), null, 0);
    private final Task<String, String> two = new Task<>(COORDINATOR, "two", Affinity.any(), null, 0);

    @Actor
    public void submitter() {
        inbox.put(one);
    }

    @Actor
    public void other() {
        inbox.put(two);
    }

    @Actor
    public void holder(III_Result r) {
        r.r1 = count(inbox.takeAll());
        r.r2 = count(inbox.takeAll());
    }

    @Arbiter
    public void after(III_Result r) {
        r.r3 = count(inbox.takeAll());
        if (r.r1 + r.r2 + r.r3 != 2) {
            r.r3 = -1;
        }
    }

    private static int count(@Nullable Task<String, String> oldest) {
        int count = 0;
        for (Task<String, String> task = oldest; task != null; task = task.next) {
            count++;
        }
        return count;
    }
}
