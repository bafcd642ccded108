package dev.fairway.benchmarks.memory;

/** Makes many of the same kind in something that keeps them, such as a scheduler its channels. */
interface Many extends AutoCloseable {
    /** {@return what keeps them; everything that can be reached from here is counted} */
    Object root();

    /**
     * Makes as many as there are names.
     *
     * @param names their names, which are not counted: they are the caller's
     * @param held where to put what a caller would hold on to; the array is not counted, what is put there is
     */
    void make(String[] names, Object[] held) throws InterruptedException;

    /** Drops them. */
    @Override
    void close();
}
