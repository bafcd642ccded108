package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;

class CoordinatorMemoryTest {
    private static final int ROUNDS = 4;

    private static WeakReference<Object> run(Coordinator<Object, String> coordinator) {
        Object task = new Object();
        coordinator.submit(task).join();
        return new WeakReference<>(task);
    }

    /** It is on the stack of nobody, and in no field. A thread that has nothing to do goes after some seconds; one that has gone says nothing. */
    @Test
    void aThreadThatSleepsKeepsNoTask() {
        try (Coordinator<Object, String> coordinator =
                Coordinator.<Object, String>builder().build()) {
            coordinator.addWorker("a", Object::toString);
            boolean wasThere = false;
            for (int round = 0; round < ROUNDS && !wasThere; round++) {
                WeakReference<Object> task = run(coordinator);
                while (task.get() != null) {
                    System.gc();
                }
                wasThere = coordinator.stats().threads() > 0;
            }
            assertThat(wasThere)
                    .as("the thread was there when its task had gone")
                    .isTrue();
        }
    }
}
