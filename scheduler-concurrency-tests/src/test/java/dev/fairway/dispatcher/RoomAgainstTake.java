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
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A message comes behind a full queue while the reader takes the one that fills it: who brings it says that room is wanted and looks
 * once more, the reader takes and looks whether room is wanted. One of them puts the message into the queue. In the package of the
 * dispatcher, to see what waits behind the queue.
 */
@JCStressTest
@Outcome(id = "0", expect = ACCEPTABLE, desc = "It is in the queue.")
@Outcome(expect = FORBIDDEN, desc = "It waits behind a queue that has room.")
@State
public class RoomAgainstTake {
    private final Meeting meeting = new Meeting();
    private final DefaultMergingDispatcher<String> dispatcher =
            (DefaultMergingDispatcher<String>) ClockedDispatcher.<String>builder()
                    .inboxCapacity(1)
                    .reorderCapacity(1)
                    .merging();
    private final Receiver<String> receiver = dispatcher.receiver("r");
    private final Forwarder<String> forwarder = dispatcher.forwarder("f", "r");

    public RoomAgainstTake() {
        Fork.endsWithMain();
        forward(1);
    }

    private void forward(long timestamp) {
        try {
            forwarder.forward("message", timestamp);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Actor
    public void bring() {
        meeting.comeFirst();
        forward(2);
    }

    @Actor
    public void take() {
        meeting.comeSecond();
        receiver.poll();
    }

    @Arbiter
    public void arbiter(I_Result r) {
        r.r1 = dispatcher.inboxOf((DefaultReceiver<String>) receiver).reordering();
    }
}
