package dev.fairway.spring.autoconfigure.coordinated;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Stands in a bean and notices when a second thread comes in. The plain counter loses steps when two are in at once. */
final class Detector {
    private final AtomicReference<@Nullable Thread> inside = new AtomicReference<>();
    private final AtomicInteger violations = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private int plain;

    void visit() {
        Thread self = Thread.currentThread();
        Thread before = inside.getAndSet(self);
        if (before != null && before != self) {
            violations.incrementAndGet();
        }
        int seen = plain;
        Thread.yield();
        plain = seen + 1;
        calls.incrementAndGet();
        inside.set(before);
    }

    int calls() {
        return calls.get();
    }

    void check(int atLeast) {
        assertThat(violations).as("second threads inside").hasValue(0);
        assertThat(plain).as("plain counter").isEqualTo(calls.get()).isGreaterThanOrEqualTo(atLeast);
    }
}
