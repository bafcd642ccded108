package dev.fairway.scheduler;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides whose turn it is. No threads, no clock; its user guards it.
 *
 * @param <M> the members
 */
interface TurnOrder<M extends TurnMember> {
    /** Lets a member that is not linked wait for its turn, behind the current round. */
    void add(M member);

    /** Lets a member that is not linked go on with a turn that was suspended, before the others where that means something. */
    void addFirst(M member);

    /** Takes out a linked member. */
    void remove(M member);

    /** The member whose turn it is, or null. */
    @Nullable
    M first();

    /** A member, the first if possible, has taken its turn, of the given cost, and waits for the next one. */
    void served(M member, double cost, int weight);

    /** What a member has taken turned out to cost more, or less when negative. */
    void charge(M member, double cost, int weight);

    /** Nobody waits or has a turn: what was owed is owed to nobody. */
    void rest();

    /** How many members wait for a turn. */
    int size();

    /** Passes on some that wait for a turn, not necessarily the first. */
    void sample(int most, Consumer<? super M> sink);

    /** Round robin: a queue. */
    final class RoundRobin<M extends TurnMember> implements TurnOrder<M> {
        private @Nullable TurnMember head;
        private @Nullable TurnMember tail;
        private int size;

        @Override
        public void add(M member) {
            append(member);
            member.linked = true;
            size++;
        }

        @Override
        public void addFirst(M member) {
            TurnMember old = head;
            member.next = old;
            if (old == null) {
                tail = member;
            } else {
                old.previous = member;
            }
            head = member;
            member.linked = true;
            size++;
        }

        @Override
        public void rest() {}

        @Override
        public void remove(M member) {
            unlink(member);
            member.linked = false;
            size--;
        }

        @Override
        @SuppressWarnings("unchecked")
        public @Nullable M first() {
            return (M) head;
        }

        @Override
        public void served(M member, double cost, int weight) {
            if (tail != member) {
                unlink(member);
                append(member);
            }
        }

        @Override
        public void charge(M member, double cost, int weight) {}

        @Override
        public int size() {
            return size;
        }

        @Override
        @SuppressWarnings("unchecked")
        public void sample(int most, Consumer<? super M> sink) {
            int left = most;
            for (TurnMember member = head; member != null && left > 0; member = member.next, left--) {
                sink.accept((M) member);
            }
        }

        private void append(TurnMember member) {
            TurnMember last = tail;
            member.previous = last;
            if (last == null) {
                head = member;
            } else {
                last.next = member;
            }
            tail = member;
        }

        private void unlink(TurnMember member) {
            TurnMember before = member.previous;
            TurnMember after = member.next;
            if (before == null) {
                head = after;
            } else {
                before.next = after;
            }
            if (after == null) {
                tail = before;
            } else {
                after.previous = before;
            }
            member.previous = null;
            member.next = null;
        }
    }

    /**
     * Start-time fair queueing (Goyal, Vin and Cheng, 1996): the member with the lowest start tag is next; a turn of cost c
     * moves its tags by c / weight; who comes back starts at the later of its own finish tag and the virtual time of all, so that
     * having been idle is no credit and a debt stays until the others have caught up, or until nobody is left to owe it to. A binary heap, ties by arrival.
     */
    final class VirtualTime<M extends TurnMember> implements TurnOrder<M> {
        private @Nullable TurnMember[] heap = new @Nullable TurnMember[16];
        private int size;
        private double now;
        private double latestFinish;
        private long arrivals;

        @Override
        public void add(M member) {
            member.tags().start = Math.max(now, member.tags().finish);
            member.tags().arrival = arrivals++;
            member.linked = true;
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            member.tags().heapIndex = size;
            heap[size++] = member;
            siftUp(member);
        }

        @Override
        public void addFirst(M member) {
            add(member);
        }

        @Override
        public void rest() {
            now = Math.max(now, latestFinish);
        }

        @Override
        public void remove(M member) {
            member.linked = false;
            TurnMember last = heap[--size];
            heap[size] = null;
            if (last != null && last != member) {
                last.tags().heapIndex = member.tags().heapIndex;
                heap[last.tags().heapIndex] = last;
                resift(last);
            }
        }

        @Override
        @SuppressWarnings("unchecked")
        public @Nullable M first() {
            return (M) heap[0];
        }

        @Override
        public void served(M first, double cost, int weight) {
            now = Math.max(now, first.tags().start);
            first.tags().finish = first.tags().start + cost / weight;
            latestFinish = Math.max(latestFinish, first.tags().finish);
            first.tags().start = first.tags().finish;
            first.tags().arrival = arrivals++;
            siftDown(first);
        }

        @Override
        public void charge(M member, double cost, int weight) {
            member.tags().finish += cost / weight;
            latestFinish = Math.max(latestFinish, member.tags().finish);
            if (member.linked) {
                member.tags().start = Math.max(now, member.tags().finish);
                resift(member);
            }
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        @SuppressWarnings("unchecked")
        public void sample(int most, Consumer<? super M> sink) {
            for (int i = 0; i < Math.min(most, size); i++) {
                sink.accept((M) at(i));
            }
        }

        private void resift(TurnMember member) {
            siftUp(member);
            siftDown(member);
        }

        private void siftUp(TurnMember member) {
            int index = member.tags().heapIndex;
            while (index > 0) {
                TurnMember parent = at((index - 1) / 2);
                if (!before(member, parent)) {
                    break;
                }
                place(parent, index);
                index = (index - 1) / 2;
            }
            place(member, index);
        }

        private void siftDown(TurnMember member) {
            int index = member.tags().heapIndex;
            for (int child = 2 * index + 1; child < size; child = 2 * index + 1) {
                if (child + 1 < size && before(at(child + 1), at(child))) {
                    child++;
                }
                if (!before(at(child), member)) {
                    break;
                }
                place(at(child), index);
                index = child;
            }
            place(member, index);
        }

        private TurnMember at(int index) {
            return Objects.requireNonNull(heap[index]);
        }

        private void place(TurnMember member, int index) {
            heap[index] = member;
            member.tags().heapIndex = index;
        }

        private static boolean before(TurnMember a, TurnMember b) {
            return a.tags().start != b.tags().start
                    ? a.tags().start < b.tags().start
                    : a.tags().arrival < b.tags().arrival;
        }
    }
}
