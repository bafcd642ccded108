package dev.fairway.benchmarks.memory;

import java.util.Arrays;
import org.openjdk.jol.info.GraphLayout;

/** How much heap objects keep. */
final class Footprint {
    static {
        // Lambdas of the JDK hide where their fields are; JOL can still find out.
        System.setProperty("jol.magicFieldOffset", "true");
    }

    private Footprint() {}

    /** {@return the bytes of all objects that can be reached, from several as well} What is outside the heap is not counted. */
    static long of(Object... roots) {
        return GraphLayout.parseInstance(roots).totalSize();
    }

    /**
     * Measures one of many by what they add together: whatever they share is there before, and counts for nothing.
     *
     * @param many makes them
     * @param count how many to make
     * @param known what else counts for nothing though they lead to it
     * @return the bytes for each
     */
    static double ofEach(Many many, int count, Object... known) {
        String[] names = new String[count];
        Arrays.setAll(names, i -> "tenant-" + i);
        Object[] held = new Object[count];
        Object[] roots = {names, held, many.root(), known};
        long before = of(roots);
        try {
            many.make(names, held);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts benchmarks", e);
        }
        return (double) (of(roots) - before) / count;
    }
}
