package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.testing.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Whom a send wakes in its own thread, where each wake-up costs as much as some hundred messages: a reader, the watch of those who sleep
 * for the clock, or a helper. The test plays the readers, and puts them to sleep.
 */
class WakeUpTest {
    private static final int STRANGERS = 64;

    @RegisterExtension
    final Threads threads = new Threads();

    private final SequencingDispatcher<String> dispatcher = ClockedDispatcher.<String>builder()
            .name("wake-up-test")
            .inboxCapacity(2_000)
            .sequencing();
    private final Sleepers sleepers = ((DefaultSequencingDispatcher<String>) dispatcher).sleepers;
    private final Played addressee = new Played("addressee", false);
    private final Sender<String> sender = dispatcher.sender("s", "addressee");
    private final List<Played> strangers = new ArrayList<>();

    @AfterEach
    void close() {
        strangers.forEach(Played::awaken);
        dispatcher.close();
        Threads.awaitThat(() -> helpers().isEmpty());
    }

    private static List<Thread> helpers() {
        return Threads.named("wake-up-test");
    }

    /** A receiver whose reader sleeps when told so, and counts who wakes it. */
    private final class Played implements Reader {
        final List<Thread> wokenBy = new CopyOnWriteArrayList<>();
        final DefaultReceiver<String> receiver;
        private final boolean callsOthers;

        Played(String name, boolean callsOthers) {
            this.receiver = (DefaultReceiver<String>) dispatcher.receiver(name);
            this.callsOthers = callsOthers;
            receiver.inbox.reader(this);
            assertThat(receiver.reading.tryRead()).isTrue();
        }

        void fallAsleep() {
            assertThat(receiver.reading.fallAsleep(true)).isTrue();
        }

        void awaken() {
            receiver.reading.awaken();
        }

        @Override
        public void wake() {
            wokenBy.add(Thread.currentThread());
        }

        @Override
        public boolean callsOthers() {
            return callsOthers;
        }
    }

    private void strangersSleep() {
        for (int i = 0; i < STRANGERS; i++) {
            Played stranger = new Played("stranger" + i, i % 2 == 1);
            strangers.add(stranger);
            stranger.fallAsleep();
        }
        Threads.awaitThat(sleepers::isArmed); // the watch waits
    }

    private void assertEachStrangerIsWokenByAHelperOnce() {
        Threads.awaitThat(() -> strangers.stream().allMatch(stranger -> stranger.wokenBy.size() == 1));
        assertThat(strangers)
                .allSatisfy(stranger -> assertThat(stranger.wokenBy)
                        .singleElement()
                        .extracting(Thread::getName)
                        .asString()
                        .contains("-helper-"));
    }

    @Test
    void aSendToAReceiverThatIsAwakeWakesNobody() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            sender.send("x");
        }
        assertThat(addressee.wokenBy).isEmpty();
        assertThat(helpers()).as("there is nobody else to wake").isEmpty();
    }

    @Test
    void aSendBesideSleepingStrangersWakesTheirWatchAndNoneOfThem() throws Exception {
        strangersSleep();
        sender.send("x");
        assertThat(sleepers.isArmed()).as("later sends wake nobody").isFalse();
        for (int i = 0; i < 100; i++) {
            sender.send("x");
        }
        assertThat(addressee.wokenBy).isEmpty();
        assertEachStrangerIsWokenByAHelperOnce();
    }

    /** Once awake it lets the strangers be told. */
    @Test
    void aSendToASleepingReceiverWakesThatOneAlone() throws Exception {
        strangersSleep();
        addressee.fallAsleep();
        sender.send("x");
        assertThat(addressee.wokenBy).containsExactly(Thread.currentThread());
        assertThat(sleepers.isArmed()).as("the watch was left alone").isTrue();
        assertThat(strangers)
                .allSatisfy(stranger -> assertThat(stranger.wokenBy).isEmpty());
        Thread awoken = threads.start(addressee::awaken);
        threads.join();
        assertEachStrangerIsWokenByAHelperOnceOrBy(awoken);
    }

    private void assertEachStrangerIsWokenByAHelperOnceOrBy(Thread awoken) {
        Threads.awaitThat(() -> strangers.stream().allMatch(stranger -> stranger.wokenBy.size() == 1));
        assertThat(strangers)
                .allSatisfy(stranger -> assertThat(stranger.wokenBy).doesNotContain(Thread.currentThread()))
                .satisfies(all -> assertThat(all.stream()
                                .filter(stranger -> stranger.wokenBy.contains(awoken))
                                .count())
                        .as("its share of the wave")
                        .isLessThanOrEqualTo(2));
    }

    /** The helper also tells the watch. */
    @Test
    void aSendToASleepingHandlerCallsAHelperWhenStrangersSleep() throws Exception {
        Played handler = new Played("handler", true);
        Sender<String> toHandler = dispatcher.sender("t", "handler");
        strangersSleep();
        handler.fallAsleep();
        toHandler.send("x");
        Threads.awaitThat(() -> handler.wokenBy.size() == 1);
        assertThat(handler.wokenBy).doesNotContain(Thread.currentThread());
        assertEachStrangerIsWokenByAHelperOnce();
    }

    @Test
    void aBroadcastWakesTheWatchAndNobodyElse() throws Exception {
        strangersSleep();
        Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
        broadcaster.broadcast("x");
        assertEachStrangerIsWokenByAHelperOnce();
    }

    /** One sleeper is woken by the forward itself; several are too dear. */
    @Test
    void aForwardWakesOneReaderAtMost() throws Exception {
        try (MergingDispatcher<String> merge =
                ClockedDispatcher.<String>builder().name("wake-up-test").merging()) {
            List<Thread> wokenBy = new CopyOnWriteArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                DefaultReceiver<String> receiver = (DefaultReceiver<String>) merge.receiver(name);
                receiver.inbox.reader(new Reader() {
                    @Override
                    public void wake() {
                        wokenBy.add(Thread.currentThread());
                    }

                    @Override
                    public boolean callsOthers() {
                        return false;
                    }
                });
                assertThat(receiver.reading.fallAsleep(true)).isTrue();
            }
            Forwarder<String> toOne = merge.forwarder("one", "a");
            toOne.forward("x", 1);
            assertThat(wokenBy).containsExactly(Thread.currentThread());
            toOne.forward("x", 2);
            toOne.close();
            assertThat(wokenBy).as("it is awake").hasSize(1);
            Forwarder<String> toTwo = merge.forwarder("two", "b", "c");
            toTwo.forward("x", 3);
            Threads.awaitThat(() -> wokenBy.size() == 3);
            assertThat(wokenBy.subList(1, 3)).doesNotContain(Thread.currentThread());
        }
    }
}
