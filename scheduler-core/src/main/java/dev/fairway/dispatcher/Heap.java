package dev.fairway.dispatcher;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A binary heap of nodes that know their places: the lowest key first, among equal keys the lowest rank. No threads; its user
 * guards it.
 *
 * @param <N> the nodes, each in at most one heap
 */
final class Heap<N extends Heap.Node> {
    private @Nullable Node[] nodes = new @Nullable Node[4];
    private int size;

    /** What stands in a heap. Key and rank are changed by the heap only, while it stands there. */
    abstract static class Node {
        long key;
        int rank;
        private int index = -1;

        final boolean isLinked() {
            return index >= 0;
        }

        private boolean isBefore(Node other) {
            return key != other.key ? key < other.key : rank < other.rank;
        }
    }

    int size() {
        return size;
    }

    /** The lowest, or null. */
    @SuppressWarnings("unchecked")
    @Nullable
    N first() {
        return (N) nodes[0];
    }

    /** The lowest but for the first, or null. */
    @SuppressWarnings("unchecked")
    @Nullable
    N second() {
        if (size < 3) {
            return size < 2 ? null : (N) nodes[1];
        }
        return (N) (at(2).isBefore(at(1)) ? nodes[2] : nodes[1]);
    }

    /** In no order. */
    @SuppressWarnings("unchecked")
    N get(int index) {
        return (N) at(index);
    }

    /** Adds the node, or moves it to where it belongs now. */
    void put(N node, long key, int rank) {
        if (node.isLinked()) {
            if (node.key == key && node.rank == rank) {
                return;
            }
            node.key = key;
            node.rank = rank;
            siftUp(node);
            siftDown(node);
            return;
        }
        if (size == nodes.length) {
            nodes = Arrays.copyOf(nodes, size * 2);
        }
        node.key = key;
        node.rank = rank;
        place(node, size++);
        siftUp(node);
    }

    /** Takes the node out, if it is there. */
    void remove(N node) {
        if (!node.isLinked()) {
            return;
        }
        Node last = at(--size);
        nodes[size] = null;
        if (last != node) {
            place(last, ((Node) node).index);
            siftUp(last);
            siftDown(last);
        }
        ((Node) node).index = -1;
    }

    private void siftUp(Node node) {
        int index = node.index;
        while (index > 0) {
            Node parent = at((index - 1) / 2);
            if (!node.isBefore(parent)) {
                break;
            }
            place(parent, index);
            index = (index - 1) / 2;
        }
        place(node, index);
    }

    private void siftDown(Node node) {
        int index = node.index;
        for (int child = 2 * index + 1; child < size; child = 2 * index + 1) {
            if (child + 1 < size && at(child + 1).isBefore(at(child))) {
                child++;
            }
            if (!at(child).isBefore(node)) {
                break;
            }
            place(at(child), index);
            index = child;
        }
        place(node, index);
    }

    private Node at(int index) {
        return Objects.requireNonNull(nodes[index]);
    }

    private void place(Node node, int index) {
        nodes[index] = node;
        node.index = index;
    }
}
