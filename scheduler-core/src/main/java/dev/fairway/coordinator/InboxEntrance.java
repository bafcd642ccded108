package dev.fairway.coordinator;

import org.jspecify.annotations.Nullable;

/**
 * What submitters write in the {@link Inbox}, with so much behind it that what workers write there is in another cache line.
 */
abstract class InboxEntrance<T, R extends @Nullable Object> {
    /** Where they leave tasks now. */
    volatile Pile<T, R> pile = Pile.begin();

    /** How many tickets have been handed out. */
    @SuppressWarnings("unused") // by a VarHandle as well
    volatile long tickets;

    @SuppressWarnings({"unused", "MultiVariableDeclaration"})
    private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
}
