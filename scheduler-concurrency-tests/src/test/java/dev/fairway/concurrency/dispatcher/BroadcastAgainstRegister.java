package dev.fairway.concurrency.dispatcher;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.dispatcher.Broadcaster;
import dev.fairway.dispatcher.Receiver;
import dev.fairway.dispatcher.SequencingDispatcher;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A receiver registers during broadcasts: it starts at some value of the clock, and gets all that come after that one. */
@JCStressTest
@Outcome(id = "0, M1 M2", expect = ACCEPTABLE, desc = "It was there before both.")
@Outcome(id = "1, M2", expect = ACCEPTABLE, desc = "It came between the two.")
@Outcome(id = "2, nothing", expect = ACCEPTABLE, desc = "It came after both.")
@Outcome(expect = FORBIDDEN, desc = "It missed one that was later than its start, or got one from before.")
@State
public class BroadcastAgainstRegister {
    private final SequencingDispatcher<String> dispatcher = Rig.dispatcher(4).sequencing();
    private final Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
    private Receiver<String> late;

    @Actor
    public void broadcast() {
        broadcaster.tryBroadcast("x");
        broadcaster.tryBroadcast("x");
    }

    @Actor
    public void register() {
        late = dispatcher.receiver("late");
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r1 = late.stats().lastDelivered();
        Rig.Seen seen = new Rig.Seen(late);
        seen.pollAll();
        r.r2 = seen.toString();
        dispatcher.close();
    }
}
