package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.testing.Threads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ends that come while who reads is just looking: with an inbox, and an executor, that do what a race would do. */
class MissedEndsTest {
    @RegisterExtension
    final Threads threads = new Threads();

    /** What was handed to the executor. */
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    private final ScriptedDispatcher dispatcher = new ScriptedDispatcher();
    private final DefaultReceiver<String> receiver = (DefaultReceiver<String>) dispatcher.receiver("r");
    private final ScriptedInbox inbox = (ScriptedInbox) receiver.inbox;
    private final List<String> calls = new ArrayList<>();

    @AfterEach
    void close() {
        dispatcher.close();
    }

    private void subscribe() {
        receiver.publisher(tasks::add).subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {}

            @Override
            public void onNext(Delivery<String> delivery) {
                calls.add("onNext " + delivery);
            }

            @Override
            public void onError(Throwable failure) {
                calls.add("onError");
            }

            @Override
            public void onComplete() {
                calls.add("onComplete");
            }
        });
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** A reader that comes then finds the role taken, and goes: it must be called afterwards. */
    @Test
    void aReaderThatCouldNotReadWhileTheRestWasDroppedIsCalledAfterwards() {
        subscribe();
        runTasks();
        inbox.whileDropping = this::runTasks;
        receiver.close();
        runTasks();
        assertThat(calls).containsExactly("onComplete");
    }

    /** Nobody wakes it for the end, since it was not asleep yet. */
    @Test
    void anEndBetweenTwoLooksOfAReaderWithoutDemandIsSeen() {
        inbox.looksBeforeEnd = 1;
        subscribe();
        runTasks();
        assertThat(calls).containsExactly("onComplete");
    }

    /** A dispatcher of inboxes that follow a script. */
    private static final class ScriptedDispatcher extends AbstractDispatcher<String> {
        ScriptedDispatcher() {
            super(((AbstractDispatcher<String>)
                            ClockedDispatcher.<String>builder().name("test").sequencing())
                    .settings);
        }

        @Override
        long clock() {
            return 0;
        }

        @Override
        DefaultReceiver<String> newReceiver(String name) {
            return new DefaultReceiver<>(this, new ScriptedInbox(), 0);
        }

        @Override
        Collection<Inbox<String>> sourceClosed(AbstractSource<String> source) {
            return List.of();
        }

        @Override
        void end(DefaultReceiver<String> receiver) {}
    }

    /** An empty inbox. */
    private static final class ScriptedInbox extends PlayedInbox {
        Runnable whileDropping = () -> {};
        int looksBeforeEnd = Integer.MAX_VALUE;

        ScriptedInbox() {
            super("r");
        }

        @Override
        long end() {
            return looksBeforeEnd-- > 0 ? OPEN : 0;
        }

        @Override
        long removeAll() {
            whileDropping.run();
            return super.removeAll();
        }
    }
}
