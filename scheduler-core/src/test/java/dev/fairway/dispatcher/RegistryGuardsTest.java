package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What may only be done with the registry's lock. The test holds it, and sees that another thread waits before it has changed anything. */
class RegistryGuardsTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final DefaultMergingDispatcher<String> dispatcher = (DefaultMergingDispatcher<String>)
            ClockedDispatcher.<String>builder().merging();
    private final DefaultReceiver<String> receiver = dispatcher.claim("r");
    private final Forwarder<String> forwarder = dispatcher.forwarder("f", "r");
    private final ReentrantLock registry = dispatcher.registry;

    @AfterEach
    void close() {
        dispatcher.close();
    }

    /** Something that is done to a dispatcher with receiver r and forwarder f. */
    private interface Step {
        void take(
                DefaultMergingDispatcher<String> dispatcher,
                DefaultReceiver<String> receiver,
                Forwarder<String> forwarder)
                throws Exception;
    }

    private static Named<Step> step(String name, Step step) {
        return Named.of(name, step);
    }

    static List<Named<Step>> steps() {
        return List.of(
                step("register a receiver", (dispatcher, receiver, forwarder) -> dispatcher.receiver("new")),
                step(
                        "find a receiver",
                        (dispatcher, receiver, forwarder) -> dispatcher.awaitTimestamp("r", 0, Duration.ZERO)),
                step("add a source", (dispatcher, receiver, forwarder) -> dispatcher.forwarder("g", "r")),
                step("add a connection", (dispatcher, receiver, forwarder) -> dispatcher.feed("c", List.of("fed"))),
                step("close a source", (dispatcher, receiver, forwarder) -> forwarder.close()),
                step("close a receiver", (dispatcher, receiver, forwarder) -> receiver.close()),
                step("count one that has left", (dispatcher, receiver, forwarder) -> dispatcher.left(receiver, 0)),
                step("look up who is there", (dispatcher, receiver, forwarder) -> dispatcher.audience()),
                step("ask for figures", (dispatcher, receiver, forwarder) -> dispatcher.stats()),
                step("close", (dispatcher, receiver, forwarder) -> dispatcher.close()));
    }

    private void awaitQueued(Thread thread) {
        Threads.awaitThat(() -> registry.hasQueuedThread(thread) || !thread.isAlive());
        assertThat(thread.isAlive()).as("waits for the lock").isTrue();
    }

    @ParameterizedTest
    @MethodSource("steps")
    void whoIsThereChangesOnlyWithTheLock(Step step) {
        registry.lock();
        try {
            DispatcherStats before = dispatcher.stats();
            awaitQueued(threads.start(() -> step.take(dispatcher, receiver, forwarder)));
            assertThat(dispatcher.stats()).as("with the lock held by another").isEqualTo(before);
            assertThat(dispatcher.isClosed()).isFalse();
            assertThat(receiver.inbox.isClosed()).isFalse();
        } finally {
            registry.unlock();
        }
        threads.join();
    }

    /** Whether its claim is undone or its registration depends on whether it was there, which must not change in between. */
    @Test
    void aReceiverThatIsRegisteredWhileItIsClaimedIsNotClosedWhenThatFails() {
        registry.lock();
        try {
            awaitQueued(threads.start(() -> assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> dispatcher.claimFor("fed", claimed -> {
                        throw new IllegalStateException("failed");
                    }))));
            dispatcher.feed("c", List.of("fed"));
        } finally {
            registry.unlock();
        }
        threads.join();
        assertThat(dispatcher.stats().receivers()).containsKey("fed");
        assertThat(dispatcher.claim("fed").inbox.isClosed()).isFalse();
    }

    @Test
    void aClaimIsUndoneOnlyWithTheLock() throws Exception {
        dispatcher.feed("c", List.of("fed"));
        Gate gate = new Gate();
        Thread claims = threads.start(() -> assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> dispatcher.claimFor("fed", claimed -> {
                    gate.passUninterruptibly();
                    throw new IllegalStateException("failed");
                })));
        gate.awaitArrivals(1);
        registry.lock();
        try {
            DispatcherStats before = dispatcher.stats();
            gate.open();
            awaitQueued(claims);
            assertThat(dispatcher.stats()).isEqualTo(before);
        } finally {
            registry.unlock();
        }
        threads.join();
        assertThat(dispatcher.claim("fed")).isNotNull();
    }

    /** Those whose handlers it waits for are looked up once more when they are done. */
    @Test
    void aCloseEndsOnlyWithTheLock() throws Exception {
        Gate gate = new Gate();
        receiver.onDelivery(delivery -> gate.pass(), task -> threads.start(task::run));
        forwarder.forward("x", 1);
        gate.awaitArrivals(1);
        Thread closes = threads.start(dispatcher::close);
        Threads.awaitThat(() -> dispatcher.isClosed() && !registry.isLocked());
        Threads.awaitBlocked(closes);
        registry.lock();
        try {
            gate.open();
            Threads.awaitThat(() -> registry.hasQueuedThread(closes)
                    || dispatcher.terminated().toCompletableFuture().isDone());
            assertThat(dispatcher.terminated().toCompletableFuture()).isNotDone();
        } finally {
            registry.unlock();
        }
        threads.join();
    }
}
