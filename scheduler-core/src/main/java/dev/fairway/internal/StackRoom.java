package dev.fairway.internal;

/**
 * Ends a recursion without end where nothing has begun, rather than where a lock is held or something is half done. To be asked where a
 * primitive runs a task on top of another one.
 */
public final class StackRoom {
    /** From so many tasks on top of one another on it is worth asking: others need not pay for it. */
    public static final int DEEP = 8;

    /**
     * Enough frames for all that a primitive does until it asks again, what ends the task on top included. A frame of the probe is a
     * hundred bytes or more.
     */
    public static final int OF_A_TASK = 640;

    private StackRoom() {}

    /**
     * Looks whether the current thread's stack has room for so many frames.
     *
     * @param frames how many
     * @throws StackOverflowError when it has not
     */
    public static void require(int frames) {
        long unused = probe(frames, 1, 2, 3, 4, 5, 6);
    }

    /** What is used after the call has to be kept on the stack, however this is compiled. */
    private static long probe(int frames, long a, long b, long c, long d, long e, long f) {
        long below = frames == 0 ? 0 : probe(frames - 1, b + frames, c ^ a, d + b, e ^ c, f + d, a ^ e);
        return below + a * 31 + b * 17 + c * 13 + d * 11 + e * 7 + f;
    }
}
