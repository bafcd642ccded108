package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The turn orders against naive ones, by random operations; and what start-time fair queueing promises. */
class TurnOrderTest {
    private static final int OPERATIONS = 20_000;

    private static final class Member extends TurnMember {
        final int id;
        double start;
        double finish;
        long arrival;

        Member(int id) {
            this.id = id;
        }

        @Override
        public String toString() {
            return "m" + id;
        }
    }

    private static List<Member> members(int count) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(new Member(i));
        }
        return members;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 40})
    void roundRobinIsAListWhoseServedMembersGoToTheEnd(int count) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Member> members = members(count);
        List<Member> model = new ArrayList<>();
        TurnOrder<Member> order = new TurnOrder.RoundRobin<>();
        for (int i = 0; i < OPERATIONS; i++) {
            Member member = members.get(random.nextInt(count));
            int operation = random.nextInt(6);
            if (operation >= 3 && !model.isEmpty()) {
                Member first = model.remove(0);
                model.add(first);
                order.served(first, random.nextInt(10), 1 + random.nextInt(3));
            } else if (model.contains(member)) {
                model.remove(member);
                order.remove(member);
            } else if (operation == 0) {
                model.add(0, member);
                order.addFirst(member);
            } else {
                model.add(member);
                order.add(member);
            }
            List<Member> sample = new ArrayList<>();
            order.sample(Integer.MAX_VALUE, sample::add);
            assertThat(sample).as("operation %s, seed %s", i, seed).isEqualTo(model);
            assertThat(order.size()).as("operation %s, seed %s", i, seed).isEqualTo(model.size());
            assertThat(order.first())
                    .as("operation %s, seed %s", i, seed)
                    .isSameAs(model.isEmpty() ? null : model.get(0));
            assertThat(member.linked).as("operation %s, seed %s", i, seed).isEqualTo(model.contains(member));
        }
    }

    /** Costs and weights are such that the sums are exact. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 40})
    void virtualTimeServesTheLowestStartTag(int count) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Member> members = members(count);
        List<Member> model = new ArrayList<>();
        double now = 0;
        double latest = 0;
        long arrivals = 0;
        TurnOrder<Member> order = new TurnOrder.VirtualTime<>();
        for (int i = 0; i < OPERATIONS; i++) {
            Member member = members.get(random.nextInt(count));
            int weight = 1 << random.nextInt(4);
            double cost = random.nextInt(4) == 0 ? 1 + random.nextInt(1_000) : 1 + random.nextInt(5);
            int operation = random.nextInt(8);
            if (operation >= 5 && !model.isEmpty()) {
                Member first = model.stream().min(BY_TAG).orElseThrow();
                now = Math.max(now, first.start);
                first.finish = first.start + cost / weight;
                first.start = first.finish;
                first.arrival = arrivals++;
                latest = Math.max(latest, first.finish);
                order.served(first, cost, weight);
            } else if (operation == 4) {
                double correction = random.nextBoolean() ? cost : -Math.min(cost, 4);
                member.finish += correction / weight;
                latest = Math.max(latest, member.finish);
                if (model.contains(member)) {
                    member.start = Math.max(now, member.finish);
                }
                order.charge(member, correction, weight);
            } else if (model.remove(member)) {
                order.remove(member);
            } else {
                member.start = Math.max(now, member.finish);
                member.arrival = arrivals++;
                model.add(member);
                if (operation == 0) {
                    order.addFirst(member);
                } else {
                    order.add(member);
                }
            }
            if (model.isEmpty()) {
                now = Math.max(now, latest);
                order.rest();
            }
            List<Member> sample = new ArrayList<>();
            order.sample(Integer.MAX_VALUE, sample::add);
            assertThat(sample).as("operation %s, seed %s", i, seed).containsExactlyInAnyOrderElementsOf(model);
            assertThat(order.size()).as("operation %s, seed %s", i, seed).isEqualTo(model.size());
            assertThat(order.first())
                    .as("operation %s, seed %s", i, seed)
                    .isSameAs(model.stream().min(BY_TAG).orElse(null));
        }
    }

    private static final Comparator<Member> BY_TAG =
            Comparator.<Member>comparingDouble(member -> member.start).thenComparingLong(member -> member.arrival);

    /** Two that never leave get shares in proportion to their weights, whatever the others do and whatever turns cost. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void membersThatStayGetSharesOfCostInProportionToTheirWeights(int others) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Member> members = members(2 + others);
        int[] weights = random.ints(members.size(), 1, 6).toArray();
        int dearest = 100;
        TurnOrder<Member> order = new TurnOrder.VirtualTime<>();
        order.add(members.get(0));
        order.add(members.get(1));
        double lead = 0;
        double highest = 0;
        double lowest = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            if (others > 0 && random.nextInt(5) == 0) {
                Member other = members.get(2 + random.nextInt(others));
                if (other.linked) {
                    order.remove(other);
                } else {
                    order.add(other);
                }
            }
            Member first = order.first();
            double cost = 1 + random.nextInt(dearest);
            int weight = weights[first.id];
            order.served(first, cost, weight);
            if (first.id < 2) {
                lead += first.id == 0 ? cost / weight : -cost / weight;
                highest = Math.max(highest, lead);
                lowest = Math.min(lowest, lead);
            }
        }
        assertThat(highest - lowest)
                .as("seed %s", seed)
                .isLessThanOrEqualTo((double) dearest / weights[0] + (double) dearest / weights[1] + 1e-6);
    }
}
