package dev.fairway.dispatcher;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * Where one receiver's messages come out, and ticks for those of others. Timestamps of deliveries strictly ascend. Before a message
 * that does not follow directly on the last delivery there is always a tick, so what a receiver sees does not depend on how quick
 * it is, except that several ticks may become one.
 *
 * <p><b>Ways to receive.</b> By hand: {@link #receive()}, {@link #poll()}, {@link #receiveBatch}, {@link #forEach} or iteration, which
 * may take turns, in one thread at a time. Or by {@link #onDelivery}, or by {@link #publisher()}: each of them once, and instead of all
 * others. Whatever mixes them is an {@link IllegalStateException}.
 *
 * <p><b>Processed.</b> Coming back for more says that what was handed out before is processed: the next call of any kind, also an empty
 * {@code poll}. For a handler, a subscriber and {@code forEach}, the return of their code does. {@link #awaitTimestamp} waits for that.
 *
 * <p><b>The end.</b> When the last source of the receiver is closed it ends: after what was accepted before, {@code receive} and its
 * likes throw {@link ChannelClosedException}, iteration stops, the subscriber's {@code onComplete} is called. They do the same after
 * {@link #close()}.
 *
 * <p>{@link #close()}, {@link #stats()} and {@link #awaitTimestamp} are thread-safe. What happened before a message was sent
 * happens-before its delivery; what happened before a delivery was processed happens-before a return of {@code awaitTimestamp} that
 * waited for it.
 *
 * @param <T> the payloads
 */
public interface Receiver<T> extends Iterable<Delivery<T>>, AutoCloseable {
    /** {@return its name, which no other open receiver of the dispatcher has} */
    String name();

    /**
     * Waits for the next delivery.
     *
     * @return the next delivery
     * @throws InterruptedException when the caller is interrupted before or while it waits
     * @throws ChannelClosedException when there is nothing more to come
     * @throws IllegalStateException when another thread is receiving, or a handler or subscriber is attached
     */
    Delivery<T> receive() throws InterruptedException;

    /**
     * Waits for the next delivery for a limited time; otherwise as {@link #receive()}.
     *
     * @param timeout the longest wait; negative counts as zero
     * @return the next delivery; empty when there was none in time
     * @throws InterruptedException when the caller is interrupted before or while it waits
     */
    Optional<Delivery<T>> receive(Duration timeout) throws InterruptedException;

    /**
     * Takes the next delivery if there is one. Never waits; otherwise as {@link #receive()}.
     *
     * @return the next delivery; empty when there is none now
     */
    Optional<Delivery<T>> poll();

    /**
     * Waits for at least one delivery, and takes what else is there. A tick at the end of a batch may be left for the next.
     *
     * @param max how many to take at most; at least 1
     * @return the deliveries, in order; at least one
     * @throws InterruptedException when the caller is interrupted before or while it waits
     * @throws ChannelClosedException when there is nothing more to come
     */
    List<Delivery<T>> receiveBatch(int max) throws InterruptedException;

    /**
     * {@return an iterator whose {@code hasNext} waits as {@link #receive()} does, and is false at the end} It throws a
     * {@link java.util.concurrent.CancellationException} when the caller is interrupted, whose flag stays set.
     */
    @Override
    Iterator<Delivery<T>> iterator();

    /**
     * Hands each delivery to code until the end. A delivery is processed when the code returns. When the caller is interrupted, throws
     * a {@link java.util.concurrent.CancellationException} and leaves the flag set.
     *
     * @param action called in this thread; what it throws ends the loop, and the delivery counts as processed when somebody comes back
     *     for more
     */
    @Override
    void forEach(Consumer<? super Delivery<T>> action);

    /**
     * Attaches a handler. When it throws, that is logged and counted, and the next delivery comes.
     *
     * @param handler called for one delivery after the other, in order
     * @param executor runs it; never in a send, nor inside another handler. When it refuses, the receiver is stopped
     */
    void onDelivery(DeliveryHandler<? super T> handler, Executor executor);

    /**
     * Attaches a handler, and a callback that decides what happens when it throws.
     *
     * @param handler called for one delivery after the other, in order
     * @param executor runs it; never in a send, nor inside another handler. When it refuses, the receiver is stopped
     * @param onError called when the handler threw, in its place
     */
    void onDelivery(DeliveryHandler<? super T> handler, Executor executor, DeliveryErrorCallback<? super T> onError);

    /**
     * {@return a publisher of the deliveries, which takes one subscriber} The subscriber is called on
     * {@link java.util.concurrent.ForkJoinPool#commonPool()}, or on new threads where that has no parallelism. Ticks count as demand.
     * Cancelling the subscription closes the receiver. When the dispatcher is closed and the subscriber does not come to its end in
     * time, that is an error of the subscription.
     */
    Flow.Publisher<Delivery<T>> publisher();

    /**
     * {@return as {@link #publisher()}, with an executor}
     *
     * @param executor runs the subscriber; when it refuses, the receiver is stopped
     */
    Flow.Publisher<Delivery<T>> publisher(Executor executor);

    /**
     * Waits until everything up to a timestamp that is for this receiver is processed.
     *
     * @param timestamp for example what a send returned
     * @param timeout the longest wait; negative counts as zero
     * @return true when it is processed; false when it was not in time
     * @throws InterruptedException when the caller is interrupted before or while it waits
     * @throws ReceiverClosedException when it is not, and the receiver has left or ended
     * @throws IllegalStateException when it is not, and the receiver is stopped, or the caller is its own handler or subscriber
     */
    boolean awaitTimestamp(long timestamp, Duration timeout) throws InterruptedException;

    /** {@return what it has seen} */
    ReceiverStats stats();

    /**
     * Leaves the dispatcher. Messages that were not received are dropped, and logged with a count. Calls that wait for room in it fail
     * with {@link ReceiverClosedException}; its name is free again. Closing twice does nothing. Never waits.
     */
    @Override
    void close();
}
