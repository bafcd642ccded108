package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class InsideTest extends SimulatedDispatch {
    private final DefaultCoordinator<Work, String> other =
            (DefaultCoordinator<Work, String>) Work.coordinator().build();

    @Test
    void whatIsRenewedIsInsideOfTheSame() {
        Inside outer = Inside.enter(owner);
        outer.task = task(Affinity.any());
        Inside renewed = Inside.enter(other).renew();
        assertThat(Inside.of(other)).isSameAs(renewed);
        assertThat(Inside.of(owner)).isSameAs(outer);
        assertThat(Inside.waiting(other)).isNull();
        assertThat(Inside.waiting(owner)).isSameAs(outer.task);
        renewed.leave();
        assertThat(Inside.of(other)).isNull();
        assertThat(Inside.of(owner)).isSameAs(outer);
        outer.leave();
        assertThat(Inside.of(owner)).isNull();
        other.close();
    }

    @Test
    void whereATaskCanStillBeSubmittedItCanBeWaitedFor() throws InterruptedException {
        AtomicBoolean waited = new AtomicBoolean();
        Thread deep = new Thread(() -> {
            Inside inside = Inside.enter(owner);
            inside.task = task(Affinity.any());
            inside.depth = 1_000;
            goDown(waited);
        });
        deep.start();
        deep.join();
        assertThat(waited).isTrue();
    }

    /** As deep as a submit goes. */
    private void goDown(AtomicBoolean waited) {
        boolean deepEnough = false;
        try {
            assertThat(Inside.submitting(owner)).isNotNull();
        } catch (StackOverflowError tooDeep) {
            deepEnough = true;
        }
        if (deepEnough) {
            waited.set(Inside.waiting(owner) != null);
        } else {
            goDown(waited);
        }
    }
}
