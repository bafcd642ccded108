package dev.fairway.coordinator;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.TaskState;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIL_Result;

/**
 * A thread claims what it has in hand, or whoever holds the coordinator's lock has called it in. In the package of the coordinator, so
 * that little else is done in between.
 */
@JCStressTest
@Outcome(id = "1, 0, PROCESSING", expect = ACCEPTABLE, desc = "The thread runs it.")
@Outcome(id = "0, 1, WAITING", expect = ACCEPTABLE, desc = "It waits for any worker again.")
@Outcome(expect = FORBIDDEN, desc = "Both have it, or nobody.")
@State
public class ClaimAgainstCallIn {
    private static final DefaultCoordinator<Object, Object> COORDINATOR = (DefaultCoordinator<Object, Object>)
            Coordinator.<Object, Object>builder().name("hands").build();
    private static final Worker<Object, Object> WORKER = COORDINATOR.dispatch.newWorker("worker", task -> task);

    private final Hand<Object, Object> hand = new Hand<>(WORKER, 1);
    private final Task<Object, Object> task = new Task<>(COORDINATOR, "task", Affinity.any(), null, 0);

    public ClaimAgainstCallIn() {
        hand.deal(task);
    }

    @Actor
    public void thread(IIL_Result r) {
        r.r1 = hand.next() == null ? 0 : 1;
    }

    @Actor
    public void other(IIL_Result r) {
        r.r2 = hand.callIn(0) ? 1 : 0;
        hand.clear();
    }

    @Arbiter
    public void after(IIL_Result r) {
        TaskState state = task.state();
        r.r3 = state;
    }
}
