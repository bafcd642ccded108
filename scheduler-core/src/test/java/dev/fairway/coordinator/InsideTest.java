package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(Inside.taskOf(other)).isNull();
        assertThat(Inside.taskOf(owner)).isSameAs(outer.task);
        renewed.leave();
        assertThat(Inside.of(other)).isNull();
        assertThat(Inside.of(owner)).isSameAs(outer);
        outer.leave();
        assertThat(Inside.of(owner)).isNull();
        other.close();
    }
}
