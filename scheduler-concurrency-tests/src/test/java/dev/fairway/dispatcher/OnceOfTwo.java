package dev.fairway.dispatcher;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.concurrency.Fork;
import java.util.concurrent.Flow;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
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
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "One is refused.")
    @Outcome(expect = FORBIDDEN, desc = "Both are refused, or none.")
    @State
    public static class ToSubscribe {
        private final Flow.Publisher<Delivery<String>> publisher;

        public ToSubscribe() {
            Fork.endsWithMain();
            publisher = ClockedDispatcher.<String>builder()
                    .sequencing()
                    .receiver("r")
                    .publisher(Runnable::run);
        }

        @Actor
        public void one(ZZ_Result r) {
            r.r1 = isRefused(publisher);
        }

        @Actor
        public void other(ZZ_Result r) {
            r.r2 = isRefused(publisher);
        }

        private static boolean isRefused(Flow.Publisher<Delivery<String>> publisher) {
            boolean[] refused = new boolean[1];
            publisher.subscribe(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {}

                @Override
                public void onNext(Delivery<String> delivery) {}

                @Override
                public void onError(Throwable refusal) {
                    refused[0] = true;
                }

                @Override
                public void onComplete() {}
            });
            return refused[0];
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
}
