package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The heap against a sorted list, by random operations. */
class HeapTest {
    private static final class Member extends Heap.Node {}

    private static final Comparator<Member> ORDER =
            Comparator.<Member>comparingLong(member -> member.key).thenComparingInt(member -> member.rank);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 50})
    void firstAndSecondAreTheLowest(int count) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(new Member());
        }
        Heap<Member> heap = new Heap<>();
        List<Member> model = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            Member member = members.get(random.nextInt(count));
            if (random.nextInt(3) == 0) {
                heap.remove(member);
                model.remove(member);
            } else {
                heap.put(member, random.nextInt(20), random.nextInt(2));
                if (!model.contains(member)) {
                    model.add(member);
                }
            }
            model.sort(ORDER);
            assertThat(heap.size()).as("operation %s, seed %s", i, seed).isEqualTo(model.size());
            assertThat(member.isLinked()).as("operation %s, seed %s", i, seed).isEqualTo(model.contains(member));
            assertSame(heap.first(), model, 0, i, seed);
            assertSame(heap.second(), model, 1, i, seed);
        }
    }

    private static void assertSame(Member found, List<Member> model, int place, int operation, long seed) {
        if (place >= model.size()) {
            assertThat(found).as("operation %s, seed %s", operation, seed).isNull();
        } else {
            assertThat(found)
                    .as("operation %s, seed %s", operation, seed)
                    .isNotNull()
                    .usingComparator(ORDER)
                    .isEqualTo(model.get(place));
        }
    }
}
