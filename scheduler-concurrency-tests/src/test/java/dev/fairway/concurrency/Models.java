package dev.fairway.concurrency;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;

/**
 * How Lincheck looks: by small random programs, each run in many interleavings of its reads and writes. What the same operations do one
 * after the other is the specification; that they do the right thing then is for other tests.
 */
public final class Models {
    private static final boolean FULL = Boolean.getBoolean("fairway.concurrency.full");

    private Models() {}

    /** Options for structures of which each interleaving is soon run. */
    public static ModelCheckingOptions options() {
        return options(6, 60);
    }

    /** Options for what takes a whole channel for each interleaving. */
    public static ModelCheckingOptions optionsForChannels() {
        return options(4, 40);
    }

    /** Two threads are enough for what two locks can do to one another. */
    private static ModelCheckingOptions options(int programs, int interleavings) {
        return new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(FULL ? 10 * programs : programs)
                .invocationsPerIteration(FULL ? 5 * interleavings : interleavings);
    }

    /** {@return in how many interleavings one given program is run} */
    public static int invocations() {
        return FULL ? 20_000 : 200;
    }
}
