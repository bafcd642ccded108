package dev.fairway.dispatcher;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.concurrency.Await;
import dev.fairway.concurrency.Fork;
import dev.fairway.concurrency.Meeting;
import dev.fairway.dispatcher.ConsecutiveInbox.Watch;
import dev.fairway.internal.Failures;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * News come while somebody looks for them for the last time: it sees them, or is called again. In the package of the dispatcher, so
 * that little else is done in between.
 */
public class NewsAgainstRun {
    /** A subscriber's reader, whose runs the test does itself. */
    private static class Subscribed implements Flow.Subscriber<Delivery<String>> {
        final AtomicInteger submitted = new AtomicInteger();
        final AtomicInteger told = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();
        final SubscriberReader<String> reader;

        Subscribed() {
            Fork.endsWithMain();
            reader = (SubscriberReader<String>) ClockedDispatcher.<String>builder()
                    .sequencing()
                    .receiver("r")
                    .publisher(run -> submitted.incrementAndGet());
        }

        /** How many deliveries may still be taken. */
        int demand() {
            int demand = 0;
            while (reader.mayTake()) {
                reader.deliver(new Tick<>(1));
                demand++;
            }
            return demand;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {}

        @Override
        public void onNext(Delivery<String> delivery) {
            told.incrementAndGet();
        }

        @Override
        public void onError(Throwable failure) {
            failed.incrementAndGet();
        }

        @Override
        public void onComplete() {}
    }

    /** Somebody wakes a reader that is about to end its run. */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "The run has seen it, or there is another one.")
    @Outcome(expect = FORBIDDEN, desc = "Nobody has looked, or nobody ever will again.")
    @State
    public static class OfReader {
        private static final DefaultSequencingDispatcher<String> DISPATCHER = (DefaultSequencingDispatcher<String>)
                ClockedDispatcher.<String>builder().sequencing();

        private final AtomicInteger submitted = new AtomicInteger();
        private final PushReader<String> reader;
        private volatile boolean news;
        private boolean seen;

        public OfReader() {
            Fork.endsWithMain();
            DefaultReceiver<String> receiver =
                    new DefaultReceiver<>(DISPATCHER, new SequencedInbox<>("r", DISPATCHER), 0);
            receiver.stop("so that its runs are short", null);
            reader = new PushReader<>(receiver, DISPATCHER.helpers, run -> submitted.incrementAndGet()) {
                @Override
                boolean mayTake() {
                    return false;
                }

                @Override
                boolean deliver(Delivery<String> delivery) {
                    return false;
                }

                @Override
                boolean mayFinish() {
                    seen = news;
                    return false;
                }
            };
            reader.wake();
        }

        @Actor
        public void run() {
            reader.run();
        }

        @Actor
        public void wake() {
            news = true;
            reader.wake();
        }

        @Arbiter
        public void arbiter(ZZ_Result r) {
            if (submitted.get() > 1) {
                reader.run();
            }
            r.r1 = seen;
            int before = submitted.get();
            reader.wake();
            r.r2 = submitted.get() > before;
        }
    }

    /** A subscriber asks for more in two threads. */
    @JCStressTest
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "Both count.")
    @Outcome(expect = FORBIDDEN, desc = "One is lost.")
    @State
    public static class OfTwoRequests {
        private final Subscribed subscribed = new Subscribed();

        public OfTwoRequests() {
            subscribed.reader.subscribe(subscribed);
        }

        @Actor
        public void one() {
            subscribed.reader.request(1);
        }

        @Actor
        public void other() {
            subscribed.reader.request(1);
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = subscribed.demand();
        }
    }

    /** It asks for more while something is delivered. */
    @JCStressTest
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "Two of three are left.")
    @Outcome(expect = FORBIDDEN, desc = "A request or a delivery does not count.")
    @State
    public static class OfRequestAndDelivery {
        private final Subscribed subscribed = new Subscribed();

        public OfRequestAndDelivery() {
            subscribed.reader.subscribe(subscribed);
            subscribed.reader.request(2);
        }

        @Actor
        public void request() {
            subscribed.reader.request(1);
        }

        @Actor
        public void deliver() {
            subscribed.reader.deliver(new Tick<>(1));
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = subscribed.demand();
        }
    }

    /** The executor refuses while somebody subscribes. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "The subscriber is told, once.")
    @Outcome(expect = FORBIDDEN, desc = "It is told twice, or never.")
    @State
    public static class OfRefusal {
        private final Meeting meeting = new Meeting();
        private final Subscribed subscribed = new Subscribed() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                meeting.comeFirst();
            }
        };

        @Actor
        public void subscribe() {
            subscribed.reader.subscribe(subscribed);
        }

        @Actor
        public void refuse() {
            meeting.comeSecond();
            subscribed.reader.refused(new IllegalStateException("refused"));
        }

        @Arbiter
        public void arbiter(I_Result r) {
            Await.until(() -> subscribed.failed.get() > 0);
            r.r1 = subscribed.failed.get();
        }
    }

    /** An inbox is to be visited when a number is done, which somebody brings. */
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "Who brings it visits.")
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "It was there already.")
    @Outcome(expect = FORBIDDEN, desc = "Nobody visits.")
    @State
    public static class OfNumber {
        private static final ConsecutiveInbox<String> INBOX =
                (ConsecutiveInbox<String>) ((DefaultReceiver<String>) ClockedDispatcher.<String>builder()
                                .merging(MergeOrder.CONSECUTIVE)
                                .receiver("r"))
                        .inbox;

        private final SharedNumbers<String> numbers =
                new SharedNumbers<>(0, new Helpers("none", new Failures("dev.fairway.dispatcher")));
        private final Numbers.Source source = new Numbers.Source();
        private final Watch<String> watch = new Watch<>(INBOX);

        public OfNumber() {
            Fork.endsWithMain();
            numbers.open(source);
        }

        @Actor
        public void watch(ZZ_Result r) {
            r.r1 = numbers.watch(watch, 1);
        }

        @Actor
        public void bring() {
            numbers.see(source, 1, new Wakes<>());
        }

        @Arbiter
        public void arbiter(ZZ_Result r) {
            r.r2 = watch.isLinked();
        }
    }
}
