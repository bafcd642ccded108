package dev.fairway.coordinator;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * A submitter puts a task in, and goes if somebody is sure to look; who ends that looks for tasks afterwards. One of the two sees the
 * other. In the package of the coordinator, so that little else is done in between.
 */
@JCStressTest
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "The submitter went, and its task was found.")
@Outcome(id = "false, true", expect = ACCEPTABLE, desc = "Each saw the other.")
@Outcome(id = "false, false", expect = ACCEPTABLE, desc = "The task came later, and its submitter sees to it.")
@Outcome(expect = FORBIDDEN, desc = "The task was overlooked.")
@State
public class PutAgainstQuiet {
    private static final DefaultCoordinator<String, String> COORDINATOR = (DefaultCoordinator<String, String>)
            Coordinator.<String, String>builder().build();

    private final Inbox<String, String> inbox = new Inbox<>(8);
    private final Task<String, String> task = new Task<>(COORDINATOR, "task", Affinity.any(), null, 0);

    public PutAgainstQuiet() {
        inbox.quiet(true);
    }

    @Actor
    public void submitter(ZZ_Result r) {
        inbox.put(task);
        r.r1 = inbox.isQuiet();
    }

    @Actor
    public void holder(ZZ_Result r) {
        inbox.quiet(false);
        r.r2 = !inbox.isEmpty();
    }
}
