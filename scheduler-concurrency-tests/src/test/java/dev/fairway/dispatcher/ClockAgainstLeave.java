package dev.fairway.dispatcher;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.concurrency.Fork;
import dev.fairway.concurrency.Meeting;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;

/**
 * The clock of a merging dispatcher is that of its furthest receiver, also of one that has left. In the package of the dispatcher, so
 * that little else is done in between.
 */
public class ClockAgainstLeave {
    /** A dispatcher with two receivers, one of which has come to 5, the other to 3. */
    private static final class Rig {
        final DefaultMergingDispatcher<String> dispatcher = (DefaultMergingDispatcher<String>)
                ClockedDispatcher.<String>builder().merging();
        final MergingInbox<String> far = dispatcher.inboxOf(dispatcher.claim("far"));
        final MergingInbox<String> near = dispatcher.inboxOf(dispatcher.claim("near"));

        Rig() {
            Fork.endsWithMain();
            dispatcher.forwarder("toFar", "far").advance(5);
            dispatcher.forwarder("toNear", "near").advance(3);
        }
    }

    /** Somebody looks at the clock. */
    @JCStressTest
    @Outcome(id = "5", expect = ACCEPTABLE, desc = "It is there, or has left.")
    @Outcome(expect = FORBIDDEN, desc = "The clock goes back.")
    @State
    public static class OfLook {
        private final Rig rig = new Rig();
        private final Meeting meeting = new Meeting();

        @Actor
        public void look(J_Result r) {
            meeting.comeFirst();
            r.r1 = rig.dispatcher.clock();
        }

        @Actor
        public void leave() {
            meeting.comeSecond();
            rig.dispatcher.gone(rig.far);
        }
    }

    /** Both leave. */
    @JCStressTest
    @Outcome(id = "5", expect = ACCEPTABLE, desc = "The further one counts.")
    @Outcome(expect = FORBIDDEN, desc = "The clock goes back.")
    @State
    public static class OfTwo {
        private final Rig rig = new Rig();

        @Actor
        public void leave() {
            rig.dispatcher.gone(rig.far);
        }

        @Actor
        public void leaveToo() {
            rig.dispatcher.gone(rig.near);
        }

        @Arbiter
        public void arbiter(J_Result r) {
            r.r1 = rig.dispatcher.clock();
        }
    }
}
