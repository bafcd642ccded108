package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Several tasks at once, and single ones beside them. */
class TaskListTest extends SimulatedDispatch {
    private final TaskList<Work, String> list = new TaskList<>(null);

    /** So many, linked. */
    private Task<Work, String> linked(int count) {
        Task<Work, String> oldest = null;
        for (int i = 0; i < count; i++) {
            Task<Work, String> task = task(Affinity.any());
            task.next = oldest;
            oldest = task;
        }
        return oldest;
    }

    private Task<Work, String> numbered(long number) {
        Task<Work, String> task = task(Affinity.any());
        task.number = number;
        return task;
    }

    /** Forwards, after a look at the way back. */
    private List<Long> numbers() {
        List<Long> numbers = new ArrayList<>();
        Task<Work, String> before = null;
        for (Task<Work, String> task = list.first(); task != null; task = task.next) {
            assertThat(task.previous).isSameAs(before);
            assertThat(task.list).isSameAs(list);
            numbers.add(task.number);
            before = task;
        }
        assertThat(list.size()).isEqualTo(numbers.size());
        assertThat(list.isEmpty()).isEqualTo(numbers.isEmpty());
        return numbers;
    }

    private static void assertOut(@Nullable Task<Work, String> task) {
        assertThat(task.list).isNull();
        assertThat(task.previous).isNull();
        assertThat(task.next).isNull();
    }

    @Test
    void severalComeBehindWhatIsThereAndAreNumbered() {
        assertThat(list.addAndNumber(linked(2), 6)).isEqualTo(2);
        assertThat(list.addAndNumber(linked(3), 8)).isEqualTo(3);
        assertThat(numbers()).containsExactly(7L, 8L, 9L, 10L, 11L);
    }

    @Test
    void oneComesBehindSeveral() {
        list.addAndNumber(linked(2), 0);
        list.addByAge(numbered(3));
        list.add(numbered(4));
        assertThat(numbers()).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void theOldestAreTakenOut() {
        list.addAndNumber(linked(5), 0);
        Task<Work, String> first = list.first();
        Task<Work, String> second = first.next;
        list.removeOldest(2);
        assertThat(numbers()).containsExactly(3L, 4L, 5L);
        assertOut(first);
        assertOut(second);
    }

    @Test
    void allAreTakenOut() {
        list.addAndNumber(linked(3), 0);
        list.removeOldest(3);
        assertThat(numbers()).isEmpty();
        list.addAndNumber(linked(1), 3);
        list.removeOldest(9);
        assertThat(numbers()).isEmpty();
        list.add(numbered(5));
        assertThat(numbers()).containsExactly(5L);
    }

    @Test
    void whatWasTakenOutComesBackToItsPlace() {
        list.addAndNumber(linked(5), 0);
        Task<Work, String> second = list.get(1);
        Task<Work, String> first = list.first();
        list.removeOldest(3);
        list.addToOldest(second);
        list.addToOldest(first);
        assertThat(numbers()).containsExactly(1L, 2L, 4L, 5L);
        list.remove(list.get(3));
        list.addAndNumber(linked(1), 5);
        assertThat(numbers()).containsExactly(1L, 2L, 4L, 6L);
    }
}
