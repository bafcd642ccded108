package dev.fairway.benchmarks.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FootprintTest {
    private static final int COUNT = 200;
    private static final int HEADER = 16;

    /** Each is a kilobyte that only it has, and knows a megabyte that all share. */
    private static final class Kilobytes implements Many {
        private final byte[] shared = new byte[1 << 20];
        private final List<Object> root = new ArrayList<>(List.of(shared));

        @Override
        public Object root() {
            return root;
        }

        @Override
        public void make(String[] names, Object[] held) {
            for (int i = 0; i < names.length; i++) {
                held[i] = new Object[] {new byte[1 << 10], shared, names[i]};
                root.add(held[i]);
            }
        }

        @Override
        public void close() {}
    }

    @Test
    void whatIsSharedAndWhatIsTheCallersIsNotCounted() {
        double list = 2 * Long.BYTES;
        assertThat(Footprint.ofEach(new Kilobytes(), COUNT))
                .isBetween(1_024.0 + 2 * HEADER, 1_024.0 + 3 * HEADER + 3 * Long.BYTES + list);
    }

    @Test
    void anObjectIsCountedOnce() {
        byte[] bytes = new byte[1 << 10];
        assertThat(Footprint.of(bytes, new Object[] {bytes, bytes}, bytes)).isLessThan(2 << 10);
    }

    private static Stream<String> kinds() {
        return Memory.kinds().keySet().stream();
    }

    /** No figure is asserted: what else lives in the JVM of the tests comes and goes between two looks. */
    @ParameterizedTest
    @MethodSource("kinds")
    void everyKindIsMade(String what) throws InterruptedException {
        try (Many many = Memory.kinds().get(what).apply(COUNT)) {
            String[] names = new String[COUNT];
            Arrays.setAll(names, i -> "tenant-" + i);
            many.make(names, new Object[COUNT]);
            assertThat(Footprint.of(many.root())).isPositive();
        }
    }

    @Test
    void theTableHasARowForEachKind() {
        assertThat(Memory.table(Map.of("kilobyte", count -> new Kilobytes()), COUNT))
                .matches("\\| what \\| bytes each \\|\n\\| --- \\| ---: \\|\n\\| kilobyte \\| -?[\\d.]+ \\|\n");
    }
}
