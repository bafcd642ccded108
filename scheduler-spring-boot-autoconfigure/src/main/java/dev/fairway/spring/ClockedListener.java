package dev.fairway.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The method gets the messages of one receiver of a {@link dev.fairway.dispatcher.ClockedDispatcher}: one after the other, in order,
 * none twice, none skipped.
 *
 * <pre>{@code
 * @ClockedListener(dispatcher = "ledger", receiver = "index")
 * void add(DocumentPrinted document) { ... }
 * }</pre>
 *
 * <p>It returns nothing and takes the payload, the {@link dev.fairway.dispatcher.Message} or the
 * {@link dev.fairway.dispatcher.Delivery}; only the last also gets ticks. It is called on a thread of its own, through whatever other
 * advice its bean has, with the context of the sender; the bean gets no proxy from this. Its return says that the message is
 * processed: until then the receiver's clock stands still, and {@code awaitTimestamp} waits.
 *
 * <p><b>When it throws</b> the same message comes again: by default after 100 ms, and each time after twice as long, up to 10 s. After
 * the last try, at once when it throws an {@link Error}, and when the message has a payload that the method does not take, the receiver
 * is stopped. Nothing is skipped: its senders feel a full inbox, {@code awaitTimestamp} fails with the reason, and health is down.
 *
 * <p>Listeners start when all beans are there, and end after the schedulers and coordinators, when what was accepted has been handled
 * or the time for it is over. Wrong use fails at start: an unknown dispatcher or receiver, two listeners for one receiver, a receiver
 * that somebody has claimed by hand, a bean that is not a singleton, a method that is private or static, returns something or takes
 * something else.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface ClockedListener {
    /** {@return the bean name of the dispatcher; by default the only one there is} May have placeholders: <code>${...}</code>. */
    String dispatcher() default "";

    /**
     * {@return the receiver, which the dispatcher must have: see {@code fairway.dispatchers.*.receivers}} May have placeholders.
     */
    String receiver();

    /** {@return how often a message is tried again before the receiver is stopped; not negative} */
    int retries() default 10;

    /** {@return after what time a message is first tried again: a positive duration, such as 100ms} May have placeholders. */
    String backOff() default "100ms";

    /** {@return the longest time after which a message is tried again; no shorter than the first} May have placeholders. */
    String longestBackOff() default "10s";

    /**
     * {@return the name of a bean that decides instead} Of type {@link dev.fairway.dispatcher.DeliveryErrorCallback}. It may also go on
     * with the next message.
     */
    String errorHandler() default "";
}
