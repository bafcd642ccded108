package dev.fairway.dispatcher;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Handlers and subscribers that wait for room in one another's inboxes, which nobody else empties.
 *
 * <p>Whoever is about to wait says so ({@link PushReader#waitsIn}), and then follows the others: from the inbox that it waits for to who reads
 * that, and to what that one waits for. One at a time does so, so the last of a circle sees the whole of it, and does not wait. A
 * {@link Turns.Turn} waits once: those that are met waiting on two walks waited all the time in between, hence all at once; and an inbox
 * that is full then, with a reader that waits, stays full.
 *
 * <p>Sends with a time limit end by themselves and are no part of a circle. Broadcasts, forwards and what else application code may wait
 * for are not followed.
 *
 * <p>Lock order: this one, which is shared by all dispatchers, then an inbox's.
 */
final class WaitCircle {
    private static final int LONGEST = 100;

    private WaitCircle() {}

    /** {@return null when a reader may wait; else who would wait for whom, in words} */
    static synchronized @Nullable String enter(PushReader<?> reader, Turns.Turn<?> turn) {
        reader.waitsIn = turn;
        List<Turns.Turn<?>> circle = follow(reader);
        if (circle.isEmpty() || !circle.equals(follow(reader))) {
            return null;
        }
        reader.waitsIn = null;
        return describe(reader, circle);
    }

    /** It waits no longer. */
    static void leave(PushReader<?> reader) {
        reader.waitsIn = null;
    }

    /** What the first waits in, what who would end that waits in, and so on until the first; empty when it ends elsewhere. */
    private static List<Turns.Turn<?>> follow(PushReader<?> first) {
        List<Turns.Turn<?>> turns = new ArrayList<>();
        PushReader<?> reader = first;
        do {
            Turns.Turn<?> turn = reader.waitsIn;
            if (turn == null
                    || !turn.isStuck()
                    || turns.size() == LONGEST
                    || !(turn.inbox.reader() instanceof PushReader<?> next)) {
                return List.of();
            }
            turns.add(turn);
            reader = next;
        } while (reader != first);
        return turns;
    }

    private static String describe(PushReader<?> first, List<Turns.Turn<?>> circle) {
        StringBuilder text = new StringBuilder("'" + first.receiver.name() + "' would wait");
        for (int i = 0; i < circle.size(); i++) {
            text.append(i == 0 ? "" : ", which waits")
                    .append(" for '")
                    .append(circle.get(i).inbox.receiver)
                    .append('\'');
        }
        return text.toString();
    }
}
