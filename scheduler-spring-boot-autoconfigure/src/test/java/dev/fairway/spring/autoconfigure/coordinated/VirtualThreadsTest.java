package dev.fairway.spring.autoconfigure.coordinated;

import static dev.fairway.spring.autoconfigure.coordinated.Applications.runner;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.together;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.spring.CoordinatedTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Workers on virtual threads: who is inside is the thread, not its carrier. */
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadsTest {
    private static final int THREADS = 4;
    private static final int CALLS = 100;

    @Test
    void workersTakeTurnsOnVirtualThreads() {
        runner().withPropertyValues("spring.threads.virtual.enabled=true")
                .withBean("one", Tally.class)
                .withBean("two", Tally.class)
                .run(context -> {
                    Tally any = context.getBean("tally.any", Tally.class);
                    Tally one = context.getBean("one", Tally.class);
                    Tally two = context.getBean("two", Tally.class);
                    assertThat(any.isOnVirtualThread()).isTrue();
                    together(THREADS, () -> {
                        for (int i = 0; i < CALLS; i++) {
                            any.add();
                            one.add();
                        }
                        return null;
                    });
                    one.detector().check(THREADS * CALLS);
                    two.detector().check(0);
                    assertThat(one.detector().calls() + two.detector().calls()).isEqualTo(2 * THREADS * CALLS);
                });
    }

    @CoordinatedTask
    static class Tally {
        private final Detector detector = new Detector();

        public void add() {
            detector.visit();
        }

        public Detector detector() {
            return detector;
        }

        /** Asked in a way that Java 17 compiles. */
        public boolean isOnVirtualThread() throws ReflectiveOperationException {
            return (boolean) Thread.class.getMethod("isVirtual").invoke(Thread.currentThread());
        }
    }
}
