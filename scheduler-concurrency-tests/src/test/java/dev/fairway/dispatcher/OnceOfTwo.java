package dev.fairway.dispatcher;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.concurrency.Fork;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two threads want what only one may have. In the package of the dispatcher, so that little else is done in between. */
public class OnceOfTwo {
    /** One thread at a time reads. */
    @JCStressTest
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "One reads.")
    @Outcome(expect = FORBIDDEN, desc = "Both read, or none.")
    @State
    public static class ToRead {
        private final Reading<String> reading;

        public ToRead() {
            Fork.endsWithMain();
            reading = ((DefaultReceiver<String>)
                            ClockedDispatcher.<String>builder().sequencing().receiver("r"))
                    .reading;
        }

        @Actor
        public void one(ZZ_Result r) {
            r.r1 = reading.tryRead();
        }

        @Actor
        public void other(ZZ_Result r) {
            r.r2 = reading.tryRead();
        }
    }

    /** A receiver has one subscriber. */
    @JCStressTest
    @Outcome(
            id = {"0, 1", "1, 0"},
            expect = ACCEPTABLE,
            desc = "One is refused.")
    @Outcome(expect = FORBIDDEN, desc = "Both are refused, or none.")
    @State
    public static class ToSubscribe {
        private static final DefaultSequencingDispatcher<String> DISPATCHER = (DefaultSequencingDispatcher<String>)
                ClockedDispatcher.<String>builder().sequencing();

        private final Told one = new Told();
        private final Told other = new Told();
        private final Flow.Publisher<Delivery<String>> publisher = new SubscriberReader<>(
                new DefaultReceiver<>(DISPATCHER, new SequencedInbox<>("r", DISPATCHER), 0), DISPATCHER, run -> {});

        public ToSubscribe() {
            Fork.endsWithMain();
        }

        @Actor
        public void one() {
            publisher.subscribe(one);
        }

        @Actor
        public void other() {
            publisher.subscribe(other);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r1 = one.ends.get();
            r.r2 = other.ends.get();
        }
    }

    /** A receiver leaves once, whoever closes it. */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "Who comes second does nothing.")
    @Outcome(expect = FORBIDDEN, desc = "It could not be closed.")
    @State
    public static class ToClose {
        private final Receiver<String> receiver;

        public ToClose() {
            Fork.endsWithMain();
            receiver = ClockedDispatcher.<String>builder().sequencing().receiver("r");
        }

        @Actor
        public void one(ZZ_Result r) {
            r.r1 = closes();
        }

        @Actor
        public void other(ZZ_Result r) {
            r.r2 = closes();
        }

        private boolean closes() {
            try {
                receiver.close();
                return true;
            } catch (RuntimeException e) {
                return false;
            }
        }
    }

    /** Two have news for a reader that does not run. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "It runs once.")
    @Outcome(expect = FORBIDDEN, desc = "It runs twice at a time, or not at all.")
    @State
    public static class ToRun {
        private final AtomicInteger runs = new AtomicInteger();
        private final SubscriberReader<String> reader;

        public ToRun() {
            Fork.endsWithMain();
            reader = (SubscriberReader<String>) ClockedDispatcher.<String>builder()
                    .sequencing()
                    .receiver("r")
                    .publisher(run -> runs.incrementAndGet());
        }

        @Actor
        public void one() {
            reader.wake();
        }

        @Actor
        public void other() {
            reader.wake();
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = runs.get();
        }
    }

    /** A subscriber has come to its end, and has asked for what it may not. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "It is told of one.")
    @Outcome(expect = FORBIDDEN, desc = "It is told of both, or of none.")
    @State
    public static class ToTellTheEnd {
        private final Told subscriber = new Told();
        private final SubscriberReader<String> reader;

        public ToTellTheEnd() {
            Fork.endsWithMain();
            reader = (SubscriberReader<String>) ClockedDispatcher.<String>builder()
                    .sequencing()
                    .receiver("r")
                    .publisher(run -> {});
            reader.subscribe(subscriber);
        }

        @Actor
        public void end() {
            reader.finish();
        }

        @Actor
        public void fail() {
            reader.mayTake();
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = subscriber.ends.get();
        }
    }

    /** Asks for what it may not, and counts its ends. */
    private static final class Told implements Flow.Subscriber<Delivery<String>> {
        final AtomicInteger ends = new AtomicInteger();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(0);
        }

        @Override
        public void onNext(Delivery<String> delivery) {}

        @Override
        public void onError(Throwable failure) {
            ends.incrementAndGet();
        }

        @Override
        public void onComplete() {
            ends.incrementAndGet();
        }
    }
}
