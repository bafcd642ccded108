package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PileTest extends SimulatedDispatch {
    private final Pile<Work, String> pile = Pile.begin();

    @Test
    void theNewestIsOnTop() {
        Task<Work, String> first = task(Affinity.any());
        Task<Work, String> second = task(Affinity.any());
        assertThat(pile.isEmpty()).isTrue();
        assertThat(pile.put(first)).isTrue();
        assertThat(pile.isEmpty()).isFalse();
        assertThat(pile.put(second)).isTrue();
        assertThat(pile.take()).isSameAs(second);
        assertThat(second.next).isSameAs(first);
        assertThat(first.next).isNull();
    }

    @Test
    void nothingIsPutOnAPileThatWasTaken() {
        Task<Work, String> late = task(Affinity.any());
        assertThat(pile.take()).isNull();
        assertThat(pile.put(late)).isFalse();
        assertThat(pile.isEmpty()).isTrue();
        assertThat(late.next).isNull();
    }
}
