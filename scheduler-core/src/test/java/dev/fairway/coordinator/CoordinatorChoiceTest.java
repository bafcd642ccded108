package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The choice among workers, without tasks and threads. */
class CoordinatorChoiceTest {
    private static final long MS = 1_000_000;

    private final Fleet fleet = new Fleet(LoadBalance.Kind.EXPECTED_DELAY);
    private long now = 1_000_000_000L;
    private long ordinals;

    private Member member(String name) {
        Member member = newMember(name);
        fleet.add(member);
        fleet.idle(member, now);
        return member;
    }

    private Member newMember(String name) {
        return new Member(name, ++ordinals, new Pace(0.5), new Health(3, 100 * MS, 400 * MS));
    }

    private void run(Member member, long nanos) {
        fleet.busy(member, now);
        now += nanos;
        fleet.succeeded(member, nanos, now);
        fleet.idle(member, now);
    }

    private void fail(Member member, long nanos) {
        fleet.busy(member, now);
        now += nanos;
        fleet.failed(member, nanos, now);
        fleet.idle(member, now);
    }

    @Test
    void theQuickestIdleWorkerIsChosen() {
        Member slow = member("slow");
        Member quick = member("quick");
        run(slow, 10 * MS);
        run(quick, MS);
        assertThat(fleet.pick(now)).isSameAs(quick);
        fleet.busy(quick, now);
        assertThat(fleet.pick(now)).isSameAs(slow);
    }

    /** In whole milliseconds both would score zero, and the first would get everything. */
    @Test
    void workersFasterThanAMillisecondAreToldApart() {
        Member first = member("first");
        Member second = member("second");
        run(first, 900);
        run(second, 300);
        assertThat(fleet.pick(now)).isSameAs(second);
    }

    @Test
    void aWorkerWithoutHistoryCountsAsTheMeanOfTheOthers() {
        Member quick = member("quick");
        Member slow = member("slow");
        Member stranger = member("stranger");
        run(quick, 2 * MS);
        run(slow, 10 * MS);
        assertThat(fleet.expected(stranger, now)).isEqualTo(6 * MS);
        assertThat(fleet.pick(now)).isSameAs(quick);
        fleet.busy(quick, now);
        assertThat(fleet.pick(now)).isSameAs(stranger);
    }

    @Test
    void tiesGoRound() {
        List<Member> members = List.of(member("a"), member("b"), member("c"));
        List<Member> chosen = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Member next = fleet.pick(now);
            chosen.add(next);
            run(next, MS);
        }
        assertThat(chosen.subList(0, 3)).containsExactlyInAnyOrderElementsOf(members);
        assertThat(chosen.subList(3, 6)).containsExactlyInAnyOrderElementsOf(members);
    }

    @Test
    void whatIsKnownOfAWorkerWithoutTasksDriftsToTheMeanOfTheOthersInTenSeconds() {
        Member unlucky = member("unlucky");
        Member other = member("other");
        run(unlucky, 10_000 * MS);
        run(other, MS);
        assertThat(fleet.expected(unlucky, now)).isGreaterThan(9_000 * MS);
        for (int i = 0; i < 100; i++) {
            now += 99 * MS;
            run(other, MS);
        }
        assertThat(fleet.expected(unlucky, now)).isLessThan(3 * MS);
    }

    /** What it is expected to take must not depend on whether it has just been given a task. */
    @Test
    void aWorkerThatIsGivenATaskKeepsWhatItHasDriftedTo() {
        Member unlucky = member("unlucky");
        Member one = member("one");
        Member two = member("two");
        run(unlucky, 1_000 * MS);
        for (int i = 0; i < 30; i++) {
            now += 99 * MS;
            run(one, MS);
            run(two, MS);
        }
        long expected = fleet.expected(unlucky, now);
        assertThat(expected).isBetween(5 * MS, 900 * MS);
        fleet.busy(unlucky, now);
        assertThat(fleet.expected(unlucky, now)).isEqualTo(expected);
    }

    @Test
    void aFirstFailureIsComparedWithWhatAllOthersTake() {
        Member failing = member("failing");
        Member one = member("one");
        Member two = member("two");
        run(failing, 2 * MS);
        run(one, 10 * MS);
        run(two, 10 * MS);
        fail(failing, 3 * MS);
        assertThat(fleet.expected(failing, now)).isBetween(2_400_000L, 2_600_000L);
    }

    @Test
    void whileNobodyGetsTasksWhatIsKnownIsKept() {
        Member quick = member("quick");
        Member slow = member("slow");
        run(quick, MS);
        run(slow, 10 * MS);
        now += Duration.ofHours(1).toNanos();
        assertThat(fleet.expected(quick, now)).isLessThan(2 * MS);
        assertThat(fleet.expected(slow, now)).isGreaterThan(5 * MS);
        assertThat(fleet.pick(now)).isSameAs(quick);
    }

    /** The order of idle workers follows the drift, though nobody touches them. */
    @Test
    void aDriftedWorkerMovesUpAmongTheIdleOnes() {
        Member unlucky = member("unlucky");
        Member slow = member("slow");
        Member quick = member("quick");
        run(unlucky, 1_000 * MS);
        run(slow, 300 * MS);
        run(quick, MS);
        int tasks = 0;
        while (true) {
            fleet.busy(quick, now);
            Member next = fleet.pick(now);
            fleet.idle(quick, now);
            if (next == unlucky) {
                break;
            }
            assertThat(next).isSameAs(slow);
            assertThat(++tasks).isLessThan(1_000);
            run(quick, MS);
            now += 100 * MS;
        }
        assertThat(tasks).isPositive();
    }

    @Test
    void aTaskWaitsForABusyWorkerThatIsSoMuchQuicker() {
        Member quick = member("quick");
        Member slow = member("slow");
        run(quick, MS);
        run(slow, 10 * MS);
        fleet.busy(quick, now);
        assertThat(fleet.isWaitShorter(slow, 0, 0, now)).isTrue();
        assertThat(fleet.isWaitShorter(slow, 0, 7, now)).isTrue();
        assertThat(fleet.isWaitShorter(slow, 0, 8, now)).isFalse();
    }

    @Test
    void aTaskThatHasRunLongerThanExpectedIsExpectedToRunAsLongAgain() {
        Member quick = member("quick");
        Member slow = member("slow");
        run(quick, MS);
        run(slow, 10 * MS);
        fleet.busy(quick, now);
        now += 8 * MS;
        assertThat(fleet.isWaitShorter(slow, 0, 0, now)).isTrue();
        now += MS;
        assertThat(fleet.isWaitShorter(slow, 0, 0, now)).isFalse();
    }

    @Test
    void whoFailsFastDoesNotLookFast() {
        Member failing = member("failing");
        Member honest = member("honest");
        run(failing, 5 * MS);
        run(honest, 4 * MS);
        fail(failing, 1);
        assertThat(fleet.expected(failing, now)).isEqualTo(5 * MS);
        assertThat(fleet.pick(now)).isSameAs(honest);
    }

    @Test
    void failuresInARowEjectForABackOffThatDoublesUpToItsLimit() {
        Member failing = member("failing");
        Member good = member("good");
        run(good, 50 * MS);
        for (int i = 0; i < 3; i++) {
            assertThat(failing.health.isEjected()).isFalse();
            fail(failing, MS);
        }
        assertThat(failing.health.isEjected()).isTrue();
        assertThat(fleet.pick(now)).isSameAs(good);
        assertThat(fleet.isEligible(failing, now)).isFalse();
        for (long backOff : new long[] {100, 200, 400, 400}) {
            now += backOff * MS - 1;
            assertThat(fleet.pick(now)).isSameAs(good);
            now += 1;
            assertThat(fleet.pick(now)).as("tried again").isSameAs(failing);
            fail(failing, 0);
        }
        now += 400 * MS;
        run(failing, MS);
        assertThat(failing.health.isEjected()).isFalse();
    }

    @Test
    void whenEverybodyIsEjectedTheChoiceIsAsIfNobodyWere() {
        Member one = member("one");
        Member two = member("two");
        Member aside = member("aside");
        fleet.change(aside, aside.health::putAside);
        for (int i = 0; i < 3; i++) {
            fail(one, MS);
        }
        assertThat(fleet.pick(now)).isSameAs(two);
        for (int i = 0; i < 3; i++) {
            fail(two, 2 * MS);
        }
        assertThat(fleet.isPanicking()).isTrue();
        assertThat(fleet.pick(now)).isNotNull().isNotSameAs(aside);
        assertThat(fleet.isEligible(one, now)).isTrue();
        assertThat(fleet.isEligible(aside, now)).isFalse();
        run(two, MS);
        assertThat(fleet.isPanicking()).isFalse();
        assertThat(fleet.isEligible(one, now)).isFalse();
    }

    @Test
    void roundRobinFollowsTheOrderInWhichWorkersWereAdded() {
        Fleet robin = new Fleet(LoadBalance.Kind.ROUND_ROBIN);
        for (String name : new String[] {"a", "b", "c"}) {
            Member member = newMember(name);
            robin.add(member);
            robin.idle(member, now);
        }
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < 7; i++) {
            Member next = robin.pick(now);
            order.append(next.name);
            robin.busy(next, now);
            robin.idle(next, now);
        }
        assertThat(order).hasToString("abcabca");
    }

    /** Against a model that looks at everybody: random work, at most as many keys stale as their age allows. */
    @Test
    void theIndexChoosesAsALookAtEverybodyWould() {
        Random random = new Random(7);
        List<Member> idle = new ArrayList<>();
        List<Member> busy = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            idle.add(member("w" + i));
        }
        for (int step = 0; step < 20_000; step++) {
            now += random.nextInt(1_000);
            if (!idle.isEmpty() && random.nextInt(2) == 0) {
                Member picked = fleet.pick(now);
                long best = idle.stream()
                        .min(Comparator.comparingLong(member -> fleet.expected(member, now)))
                        .map(member -> fleet.expected(member, now))
                        .orElseThrow();
                assertThat(fleet.expected(picked, now)).isEqualTo(best);
                fleet.busy(picked, now);
                idle.remove(picked);
                busy.add(picked);
            } else if (!busy.isEmpty()) {
                Member done = busy.remove(random.nextInt(busy.size()));
                long taken = 1 + random.nextInt(1_000_000);
                if (random.nextInt(10) == 0) {
                    fleet.ended(done, taken, now);
                } else {
                    fleet.succeeded(done, taken, now);
                }
                fleet.idle(done, now);
                idle.add(done);
            }
        }
    }
}
