package dev.fairway.dispatcher;

import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.Test;

/** The Reactive Streams rules for publishers, which the makers of the specification test. Run by TestNG. */
@Test
@SuppressWarnings("exports") // the tests do not run as a module
public class PublisherTckTest extends FlowPublisherVerification<Delivery<Integer>> {
    private static final long TIMEOUT_MILLIS = 2_000;
    private static final long QUIET_MILLIS = 20;

    public PublisherTckTest() {
        super(new TestEnvironment(TIMEOUT_MILLIS, QUIET_MILLIS), TIMEOUT_MILLIS);
    }

    @Override
    public long maxElementsFromPublisher() {
        return 10_000;
    }

    /** A receiver with that many messages that ends then. */
    @Override
    public Flow.Publisher<Delivery<Integer>> createFlowPublisher(long elements) {
        SequencingDispatcher<Integer> dispatcher =
                ClockedDispatcher.<Integer>builder().inboxCapacity(10_000).sequencing();
        Receiver<Integer> receiver = dispatcher.receiver("r");
        Sender<Integer> sender = dispatcher.sender("s", "r");
        for (int i = 0; i < elements; i++) {
            sender.trySend(i);
        }
        sender.close();
        return receiver.publisher();
    }

    /** Of a receiver that has a subscriber already. */
    @Override
    public Flow.Publisher<Delivery<Integer>> createFailedFlowPublisher() {
        Flow.Publisher<Delivery<Integer>> taken =
                ClockedDispatcher.<Integer>builder().sequencing().receiver("r").publisher();
        taken.subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {}

            @Override
            public void onNext(Delivery<Integer> delivery) {}

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onComplete() {}
        });
        return taken;
    }
}
