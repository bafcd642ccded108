package dev.fairway.benchmarks.memory;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The heap that objects keep while they do nothing, as a table. Each figure is what many of the kind add to all that can be reached from
 * what they are in, divided by their number. Stacks of threads are not in the heap, and an idle worker or channel has no thread.
 */
public final class Memory {
    private static final int FEW = 100;

    private Memory() {}

    /**
     * {@return a table in Markdown}
     *
     * @param count how many of each kind to make; at least 1
     */
    public static String table(int count) {
        return table(kinds(), count);
    }

    static String table(Map<String, IntFunction<Many>> kinds, int count) {
        StringBuilder table = new StringBuilder("| what | bytes each |\n| --- | ---: |\n");
        kinds.forEach((what, opener) ->
                table.append(String.format(Locale.ROOT, "| %s | %.1f |%n", what, measured(opener, count))));
        return table.toString();
    }

    /** Does it with a few first, so that what classes make once is there. */
    private static double measured(IntFunction<Many> opener, int count) {
        measuredOnce(opener, FEW);
        return measuredOnce(opener, count);
    }

    /** Those who work for them lead to what any thread knows, such as the class loader with all jars. */
    private static double measuredOnce(IntFunction<Many> opener, int count) {
        Thread caller = Thread.currentThread();
        try (Many many = opener.apply(count)) {
            return Footprint.ofEach(many, count, caller.getContextClassLoader(), caller.getThreadGroup());
        }
    }

    /** What is measured, and what makes so many of it. */
    static Map<String, IntFunction<Many>> kinds() {
        Map<String, IntFunction<Many>> kinds = new LinkedHashMap<>();
        kinds.put("channel, fresh", count -> new Channels(0));
        kinds.put("channel, after a hundred tasks", count -> new Channels(Channels.TASKS_EACH));
        kinds.put("task that waits with 999 others in a channel", count -> new WaitingTasks(count, 1_000, false));
        kinds.put(
                "task with a handle that waits with 999 others in a channel",
                count -> new WaitingTasks(count, 1_000, true));
        kinds.put("task that waits alone in a channel", count -> new WaitingTasks(count, 1, false));
        kinds.put("task with a handle that waits alone in a channel", count -> new WaitingTasks(count, 1, true));
        kinds.put("worker of a coordinator, fresh", count -> new Workers(false));
        kinds.put("worker of a coordinator, after a task", count -> new Workers(true));
        kinds.put("task with a handle that waits for a worker", TasksForWorkers::new);
        kinds.put("receiver of a sequencing dispatcher, fresh", count -> new SequencingReceivers(false));
        kinds.put(
                "receiver of a sequencing dispatcher with a sender, after a hundred messages",
                count -> new SequencingReceivers(true));
        kinds.put("receiver of a merging dispatcher, fresh", count -> new MergingReceivers(false));
        kinds.put(
                "receiver of a merging dispatcher with a forwarder, after a hundred messages",
                count -> new MergingReceivers(true));
        kinds.put("message that waits for a receiver", WaitingMessages::new);
        return kinds;
    }
}
