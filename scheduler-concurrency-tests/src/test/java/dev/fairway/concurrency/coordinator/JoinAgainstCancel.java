package dev.fairway.concurrency.coordinator;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.Completed;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.coordinator.Affinity;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A task completes while one joins it and one cancels it: one outcome, and all agree about it. */
@JCStressTest
@Outcome(id = "completed, false, 1", expect = ACCEPTABLE, desc = "The result came first.")
@Outcome(id = "cancelled, true, 0", expect = ACCEPTABLE, desc = "It was cancelled before its start.")
@Outcome(id = "cancelled, true, 1", expect = ACCEPTABLE, desc = "It was cancelled while its code ran.")
@Outcome(expect = FORBIDDEN, desc = "The handle, the cancel and the task do not agree.")
@State
public class JoinAgainstCancel {
    private final String worker = Rig.name();
    private final AtomicInteger runs = new AtomicInteger();
    private volatile TaskHandle<Completed<Integer>> handle;

    public JoinAgainstCancel() {
        Rig.shared().addWorker(worker, AtomicInteger::incrementAndGet);
    }

    @Actor
    public void join(LLL_Result r) {
        handle = Rig.shared().submit(runs, Affinity.require(worker));
        r.r1 = Rig.join(handle);
    }

    @Actor
    public void cancel(LLL_Result r) {
        TaskHandle<Completed<Integer>> submitted = handle;
        while (submitted == null) {
            Thread.yield();
            submitted = handle;
        }
        r.r2 = submitted.cancel();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        boolean ended = handle.state() == (r.r2.equals(true) ? TaskState.CANCELLED : TaskState.COMPLETED);
        Rig.join(Rig.shared().submit(new AtomicInteger(), Affinity.require(worker))); // behind the cancelled one's code
        r.r3 = ended ? runs.get() : handle.state();
        Rig.shared().removeWorker(worker);
    }
}
