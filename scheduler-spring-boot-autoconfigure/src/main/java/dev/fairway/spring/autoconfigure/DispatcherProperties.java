package dev.fairway.spring.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;

/** One dispatcher. What is not set stays as {@link dev.fairway.dispatcher.ClockedDispatcher.Builder} has it. */
@ConfigurationPropertiesSource
public class DispatcherProperties {
    /**
     * Where timestamps come from. With ahead-of-time processing this is decided when the application is built.
     */
    private Mode mode = Mode.SEQUENCING;

    /**
     * How many messages may wait for one receiver; at least 1. By default 1024.
     */
    private @Nullable Integer inboxCapacity;

    /**
     * The timestamp before the first; not negative. By default 0.
     */
    private @Nullable Long startAfter;

    /**
     * Receivers that are there from the start, each to be claimed by one @ClockedListener or by hand. They stay open whatever
     * senders come and go, and all of them must be read: a full inbox stops every broadcast.
     */
    private List<String> receivers = new ArrayList<>();

    /**
     * How many messages for one receiver may wait for their turn in a merging dispatcher; at least 1. By default 1024.
     */
    private @Nullable Integer reorderCapacity;

    /**
     * When a merging dispatcher releases a message. By default frontier.
     */
    private @Nullable Order mergeOrder;

    /**
     * How long closing waits for listeners; zero does not wait. By default 30 seconds, and never longer than the timeout of the
     * shutdown phase leaves room for.
     */
    private @Nullable Duration drainTimeout;

    /** Made by Spring. */
    public DispatcherProperties() {}

    /**
     * {@return a dispatcher with default settings} Lets an entry without settings ({@code ledger:}) be one.
     *
     * @param nothing blank
     */
    public static DispatcherProperties valueOf(String nothing) {
        FairwayProperties.requireNothing(nothing, "a dispatcher");
        return new DispatcherProperties();
    }

    public Mode getMode() {
        return mode;
    }

    public void setMode(Mode mode) {
        this.mode = mode;
    }

    public @Nullable Integer getInboxCapacity() {
        return inboxCapacity;
    }

    public void setInboxCapacity(@Nullable Integer inboxCapacity) {
        this.inboxCapacity = inboxCapacity;
    }

    public @Nullable Long getStartAfter() {
        return startAfter;
    }

    public void setStartAfter(@Nullable Long startAfter) {
        this.startAfter = startAfter;
    }

    public List<String> getReceivers() {
        return receivers;
    }

    public void setReceivers(List<String> receivers) {
        this.receivers = receivers;
    }

    public @Nullable Integer getReorderCapacity() {
        return reorderCapacity;
    }

    public void setReorderCapacity(@Nullable Integer reorderCapacity) {
        this.reorderCapacity = reorderCapacity;
    }

    public @Nullable Order getMergeOrder() {
        return mergeOrder;
    }

    public void setMergeOrder(@Nullable Order mergeOrder) {
        this.mergeOrder = mergeOrder;
    }

    public @Nullable Duration getDrainTimeout() {
        return drainTimeout;
    }

    public void setDrainTimeout(@Nullable Duration drainTimeout) {
        this.drainTimeout = drainTimeout;
    }

    /** The two kinds of dispatchers. */
    public enum Mode {
        /** It gives each message the next timestamp. */
        SEQUENCING,
        /** Messages bring their timestamps, and are released in that order. */
        MERGING
    }

    /** The orders of {@link dev.fairway.dispatcher.MergeOrder}. */
    public enum Order {
        /** When every source of the receiver has promised the message's timestamp. */
        FRONTIER,
        /** When each lower number has been seen or given up. */
        CONSECUTIVE
    }
}
