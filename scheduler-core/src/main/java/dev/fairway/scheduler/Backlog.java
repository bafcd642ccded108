package dev.fairway.scheduler;

import static java.util.Objects.requireNonNull;

import dev.fairway.internal.BriefLock;
import dev.fairway.scheduler.Intake.Admission;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that wait in a channel, seen from where they leave; {@link Intake} is where they come in.
 *
 * <p><b>Structure.</b> A ring for tasks in order, and a deque for urgent ones. The two ends have a lock each (this object here, the
 * intake there), so that a producer and a worker do not pass one cache line to and fro for each task; what concerns both ends
 * (the ring itself, urgent tasks, single cancellations) is changed with both locks held. An item is a task as it was handed in,
 * or a {@link TaskNode}. A node that was cancelled stays where it is until it comes to the head or its slot is needed.
 *
 * <p><b>Invariant.</b> Under both locks: {@code appended - left} tasks wait, the item at the head waits, and the intake is asleep
 * only if nothing waits. A worker that finds nothing therefore puts the intake to sleep, under its lock, and the producer that
 * wakes it lets the channel wait for a turn again.
 */
final class Backlog extends BriefLock {
    private static final VarHandle LEFT;

    static {
        try {
            LEFT = MethodHandles.lookup().findVarHandle(Backlog.class, "left", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int GROWTH = 4;

    /** Set once, by who makes both. */
    @SuppressWarnings("NullAway.Init")
    Intake intake;

    private final RingPool rings;

    /** Changed under both locks. */
    private @Nullable TaskRing ring;

    /** Added to under both locks; null when there is none. */
    private @Nullable ArrayDeque<TaskNode<?, ?>> urgent;

    private int cancelledUrgent;

    // Guarded by the channel's lock.

    private int head;

    /** How many tasks have stopped waiting, ever. Written with LEFT in release mode, paired with {@link #left()}. */
    @SuppressWarnings("unused")
    private long left;

    Backlog(RingPool rings) {
        this.rings = rings;
    }

    /** How many tasks have stopped waiting; may be read under no lock. */
    long left() {
        return (long) LEFT.getAcquire(this);
    }

    private void leave(long count) {
        LEFT.setRelease(this, left + count);
    }

    // ---- with the channel's lock held

    /** The next task to start, which stays where it is; null when none can be seen. */
    @Nullable
    Object head() {
        TaskNode<?, ?> first = urgent == null ? null : urgent.peek();
        if (first != null) {
            return first;
        }
        TaskRing current = ring;
        return current == null ? null : current.get(head);
    }

    /** When the item that {@link #head} has returned was accepted. */
    long headStamp() {
        TaskNode<?, ?> first = urgent == null ? null : urgent.peek();
        return first != null ? first.acceptedNanos : requireNonNull(ring).stamp(head);
    }

    /** Whether another task waits behind the one that {@link #head} returns. */
    boolean hasAnother() {
        TaskRing current = ring;
        if (urgent != null) {
            return urgent.size() - cancelledUrgent > 1 || (current != null && isWaiting(current, head));
        }
        return current != null && isWaiting(current, head + 1);
    }

    /** Whether a task that waits is in the slot, or behind cancelled ones. */
    private boolean isWaiting(TaskRing ring, int index) {
        for (int i = index; i - head < ring.length(); i++) {
            Object item = ring.get(i);
            if (item == null) {
                return false;
            }
            if (!isGone(item)) {
                return true;
            }
        }
        return false;
    }

    /** Removes what {@link #head} has returned. */
    void take() {
        if (urgent != null) {
            urgent.remove();
        } else if (ring != null) {
            ring.free(head++);
        }
        leave(1);
        dropCancelledHeads();
    }

    private void dropCancelledHeads() {
        if (urgent != null) {
            for (TaskNode<?, ?> node = urgent.peek(); node != null && node.isGone(); node = urgent.peek()) {
                urgent.remove();
                cancelledUrgent--;
            }
            if (urgent.isEmpty()) {
                urgent = null;
            }
        }
        TaskRing current = ring;
        if (current != null) {
            for (Object item = current.get(head); item != null && isGone(item); item = current.get(head)) {
                current.free(head++);
            }
        }
    }

    private static boolean isGone(Object item) {
        return item instanceof TaskNode<?, ?> node && node.isGone();
    }

    /** Whether something waits; if not, the producer that puts in the next task is told so by {@link Admission#LINK}. */
    boolean isEmptyThenSleep() {
        if (head() != null) {
            return false;
        }
        intake.lock();
        boolean empty = head() == null;
        if (empty) {
            intake.asleep = true;
            letRingGo();
        }
        intake.unlock();
        return empty;
    }

    // ---- with both locks held

    long waiting() {
        return intake.appended - left;
    }

    /** A task was cancelled where it waits: its room is free, its slot later. */
    void cancelled(TaskNode<?, ?> node) {
        leave(1);
        if (node.urgent) {
            cancelledUrgent++;
            if (urgent != null && cancelledUrgent > urgent.size() / 2) {
                urgent.removeIf(TaskNode::isGone);
                cancelledUrgent = 0;
            }
        }
        dropCancelledHeads();
    }

    /** Puts an urgent task behind the other urgent ones. */
    void addUrgent(TaskNode<?, ?> node) {
        if (urgent == null) {
            urgent = new ArrayDeque<>(4);
        }
        urgent.add(node);
    }

    /** Makes a free slot at the tail: by closing the gaps that cancelled tasks have left when there are many, else by growing. */
    void makeSlot() {
        TaskRing old = ring;
        if (old == null) {
            use(rings.take(intake.firstLength));
            head = 0;
            intake.tail = 0;
            return;
        }
        boolean manyGaps = waiting() <= old.length() / 2; // so that closing them pays for itself
        TaskRing target = rings.take(manyGaps ? old.length() : Math.min(old.length() * GROWTH, longest()));
        int kept = 0;
        for (int i = head; i - intake.tail < 0; i++) {
            Object item = old.get(i);
            if (item != null && !isGone(item)) {
                target.put(kept++, item, old.stamp(i));
            }
            old.free(i);
        }
        head = 0;
        intake.tail = kept;
        use(target);
        rings.giveBack(old);
    }

    /** Room for the capacity, and for as many gaps. */
    private int longest() {
        int length = Math.max(RingPool.SMALLEST, Integer.highestOneBit(Math.max(1, intake.capacity - 1)) * 2);
        return Math.max(length, length * 2); // no overflow
    }

    private void use(@Nullable TaskRing target) {
        ring = target;
        intake.ring = target;
    }

    private void letRingGo() {
        if (ring != null) {
            intake.firstLength = Math.max(RingPool.SMALLEST, ring.length() / GROWTH);
            rings.giveBack(ring);
            use(null);
        }
    }

    /** The oldest task that is not urgent, or else the oldest; removed. */
    Object dropOldest() {
        Object item;
        TaskRing current = ring;
        if (current != null && current.get(head) != null) {
            item = requireNonNull(current.get(head));
            current.free(head++);
        } else {
            item = requireNonNull(urgent).remove();
        }
        leave(1);
        dropCancelledHeads();
        return item;
    }

    /** All that waits, removed in the order in which it would have started. */
    Taken takeAll() {
        Taken taken = new Taken(waiting(), urgent, ring, head, intake.tail);
        LEFT.setRelease(this, intake.appended);
        urgent = null;
        cancelledUrgent = 0;
        use(null);
        intake.asleep = true;
        return taken;
    }

    /** When the oldest task was accepted, or {@code now}. */
    long oldestStamp(long now) {
        long oldest = now;
        TaskRing current = ring;
        if (current != null && current.get(head) != null) {
            oldest = current.stamp(head);
        }
        TaskNode<?, ?> first = urgent == null ? null : urgent.peek();
        return first != null && first.acceptedNanos - oldest < 0 ? first.acceptedNanos : oldest;
    }

    /** What was taken out at once; to be walked under no lock. */
    final class Taken {
        final int count;
        private final @Nullable ArrayDeque<TaskNode<?, ?>> urgent;
        private final @Nullable TaskRing ring;
        private final int from;
        private final int to;

        private Taken(
                long count, @Nullable ArrayDeque<TaskNode<?, ?>> urgent, @Nullable TaskRing ring, int from, int to) {
            this.count = Math.toIntExact(count);
            this.urgent = urgent;
            this.ring = ring;
            this.from = from;
            this.to = to;
        }

        void forEach(Consumer<Object> action) {
            if (urgent != null) {
                urgent.stream().filter(node -> !node.isGone()).forEach(action);
            }
            if (ring != null) {
                for (int i = from; i - to < 0; i++) {
                    Object item = ring.get(i);
                    ring.free(i);
                    if (item != null && !isGone(item)) {
                        action.accept(item);
                    }
                }
                rings.giveBack(ring);
            }
        }
    }
}
