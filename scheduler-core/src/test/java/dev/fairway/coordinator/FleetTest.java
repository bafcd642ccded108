package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The choice among workers against a look at everybody, while they come, go, fail and are put aside, by random operations. */
class FleetTest {
    private static final int OPERATIONS = 8_000;
    private static final int MOST = 12;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final List<Model> members = new ArrayList<>();
    private long now = 1_000_000_000L;
    private long ordinals;
    private long turns;
    private long lastOrdinal = Long.MIN_VALUE;

    /** A member, and what is known of it. */
    private static final class Model {
        final Member member;
        boolean busy;

        /** When it became idle, in the order of these. */
        long turn;

        Model(Member member) {
            this.member = member;
        }

        boolean isAside() {
            return member.health.isAside();
        }

        boolean isEjected() {
            return member.health.isEjected();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EXPECTED_DELAY", "LEAST_LOADED", "ROUND_ROBIN"})
    void itPicksWhoALookAtEverybodyWouldFind(LoadBalance.Kind kind) {
        Fleet fleet = new Fleet(kind);
        for (int i = 0; i < OPERATIONS; i++) {
            now += random.nextInt(2_000);
            Model one = members.isEmpty() ? null : members.get(random.nextInt(members.size()));
            int operation = random.nextInt(20);
            if (one == null || (operation == 0 && members.size() < MOST)) {
                add(fleet);
            } else if (operation == 1) {
                fleet.remove(one.member);
                members.remove(one);
            } else if (operation == 2) {
                steer(fleet, one, one.isAside());
            } else if (operation < 12) {
                end(fleet, one);
            }
            pick(fleet, kind, "operation " + i + ", seed " + seed);
        }
    }

    private void add(Fleet fleet) {
        long ordinal = ++ordinals;
        Model added = new Model(new Member("w" + ordinal, ordinal, new Pace(0.5), new Health(2, 10_000, 100_000)));
        members.add(added);
        fleet.add(added.member);
        idle(fleet, added);
    }

    private void idle(Fleet fleet, Model model) {
        model.busy = false;
        model.turn = ++turns;
        fleet.idle(model.member, now);
    }

    /** As an operator does. */
    private void steer(Fleet fleet, Model model, boolean release) {
        fleet.change(model.member, release ? model.member.health::release : model.member.health::putAside);
        if (!model.busy) {
            model.turn = ++turns;
        }
    }

    private void end(Fleet fleet, Model model) {
        if (!model.busy) {
            return;
        }
        long taken = 1 + random.nextInt(1_000_000);
        switch (random.nextInt(4)) {
            case 0 -> fleet.failed(model.member, taken, now);
            case 1 -> fleet.ended(model.member, taken, now);
            default -> fleet.succeeded(model.member, taken, now);
        }
        idle(fleet, model);
    }

    private void pick(Fleet fleet, LoadBalance.Kind kind, String what) {
        Member picked = fleet.pick(now);
        Optional<Model> due = idle(true)
                .filter(model -> model.member.health.isDue(now))
                .min(Comparator.comparingLong(model -> model.member.health.retryAt()));
        if (due.isPresent()) {
            assertThat(picked).as(what).isNotNull();
            assertThat(picked.health.isDue(now)).as(what).isTrue();
            assertThat(picked.health.retryAt())
                    .as(what)
                    .isEqualTo(due.get().member.health.retryAt());
        } else {
            List<Model> candidates = idle(false).toList();
            if (candidates.isEmpty() && panics()) {
                candidates = idle(true).toList();
            }
            checkAmong(candidates, picked, fleet, kind, what);
        }
        assertThat(fleet.isPanicking()).as(what).isEqualTo(panics());
        if (picked != null && random.nextInt(3) == 0) {
            Model model = members.stream()
                    .filter(each -> each.member == picked)
                    .findFirst()
                    .orElseThrow();
            fleet.busy(picked, now);
            model.busy = true;
            lastOrdinal = picked.ordinal;
        }
    }

    private Stream<Model> idle(boolean ejected) {
        return members.stream().filter(model -> !model.busy && !model.isAside() && model.isEjected() == ejected);
    }

    /** Everybody that was not put aside has failed: then they are as good as any. */
    private boolean panics() {
        return members.stream().anyMatch(model -> !model.isAside())
                && members.stream().filter(model -> !model.isAside()).allMatch(Model::isEjected);
    }

    private void checkAmong(List<Model> candidates, Member picked, Fleet fleet, LoadBalance.Kind kind, String what) {
        if (candidates.isEmpty()) {
            assertThat(picked).as(what).isNull();
            return;
        }
        assertThat(candidates).as(what).extracting(model -> model.member).contains(picked);
        switch (kind) {
            case LEAST_LOADED ->
                assertThat(picked)
                        .as(what)
                        .isSameAs(candidates.stream()
                                .min(Comparator.comparingLong(model -> model.turn))
                                .orElseThrow()
                                .member);
            case ROUND_ROBIN ->
                assertThat(picked)
                        .as(what)
                        .isSameAs(candidates.stream()
                                .min(Comparator.<Model, Boolean>comparing(model -> model.member.ordinal <= lastOrdinal)
                                        .thenComparingLong(model -> model.member.ordinal))
                                .orElseThrow()
                                .member);
            default -> {
                if (!picked.health.isEjected()) {
                    assertThat(fleet.expected(picked, now))
                            .as(what)
                            .isEqualTo(candidates.stream()
                                    .mapToLong(model -> fleet.expected(model.member, now))
                                    .min()
                                    .orElseThrow());
                }
            }
        }
    }
}
