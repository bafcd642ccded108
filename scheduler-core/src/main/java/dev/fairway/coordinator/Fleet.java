package dev.fairway.coordinator;

import java.util.LinkedHashSet;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among workers. Knows no tasks, threads or clocks; not thread-safe.
 *
 * <p><b>Structure.</b> Idle workers are in an index by what the strategy looks at, ejected ones in another of the same kind,
 * and by the time at which they may be tried again. Busy workers are in an index by the mean of their task times. A choice touches the
 * head of an index only, so it costs O(log n).
 *
 * <p><b>Keys may be stale.</b> What is known of an idle worker drifts, and the mean of a busy one changes with each task. An idle one
 * gets a new key when it has become idle, and else each choice gives a new one to those whose key is the oldest; a busy one when its
 * mean has doubled or halved.
 *
 * <p><b>Nobody trusted.</b> When all that are not put aside are ejected there is nobody better, and they are chosen from as if none were
 * (the panic mode of Envoy's outlier detection).
 */
final class Fleet {
    private static final long KEY_NANOS = 250_000_000;
    private static final int REKEYED_PER_CHOICE = 2;
    private static final int BUSY_LOOKED_AT = 8;

    /** Longer times between two tasks do not count as time in which workers are given tasks. */
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

    private final LoadBalance.Kind kind;

    private final TreeSet<Member> idle = new TreeSet<>(Member::compareKeys);
    private final TreeSet<Member> ejectedIdle = new TreeSet<>(Member::compareKeys);
    private final TreeSet<Member> strangers = new TreeSet<>(Member::compareTurns);
    private final TreeSet<Member> retries = new TreeSet<>(Member::compareRetries);
    private final Set<Member> byKeyAge = new LinkedHashSet<>();
    private final TreeSet<Member> busy = new TreeSet<>(Member::compareBusyKeys);

    private double busyRate;
    private long knownSum;
    private int known;
    private int trusted;
    private int ejected;
    private int busyCount;
    private long turns;

    /** The time in which workers were given tasks, up to {@link #lastGiven}. */
    private long activeTime;

    private long lastGiven;

    /** Stands in the order of the workers where the last one that got a task stood. */
    private final Member last = new Member("", 0, new Pace(1), new Health(1, 1, 1));

    Fleet(LoadBalance.Kind kind) {
        this.kind = kind;
        last.turn = Long.MAX_VALUE;
    }

    // ---- membership

    /** The member is in no index yet; {@link #idle} or {@link #busy} must follow. */
    void add(Member member) {
        member.isMember = true;
        countIn(member);
    }

    void remove(Member member) {
        unlink(member);
        countOut(member);
        member.isMember = false;
    }

    private void countIn(Member member) {
        if (!member.isMember) {
            return;
        }
        if (member.pace.nanos() != Pace.UNKNOWN) {
            known++;
            knownSum += member.pace.nanos();
        }
        if (!member.health.isAside()) {
            if (member.health.isEjected()) {
                ejected++;
            } else {
                trusted++;
            }
        }
    }

    private void countOut(Member member) {
        if (!member.isMember) {
            return;
        }
        if (member.pace.nanos() != Pace.UNKNOWN) {
            known--;
            knownSum -= member.pace.nanos();
        }
        if (!member.health.isAside()) {
            if (member.health.isEjected()) {
                ejected--;
            } else {
                trusted--;
            }
        }
    }

    /** Changes what is known of a member. Its indexes are put right as well. */
    void change(Member member, Runnable change) {
        Member.Place place = member.place;
        long at = member.keyedAt;
        if (place != Member.Place.BUSY) {
            unlink(member);
        }
        countOut(member);
        change.run();
        countIn(member);
        if (place == Member.Place.BUSY) {
            rekeyBusy(member, false);
        } else if (member.isMember) {
            idle(member, at);
        }
    }

    boolean isPanicking() {
        return trusted == 0 && ejected > 0;
    }

    /** Whether the worker may have tasks that could go elsewhere. */
    boolean isEligible(Member member, long now) {
        return !member.health.isAside() && (!member.health.isEjected() || isPanicking() || member.health.isDue(now));
    }

    /** How many may have tasks that could go elsewhere, now or at some time. */
    int notAside() {
        return trusted + ejected;
    }

    /** What a task of the others takes. The member must be counted in. */
    long meanOfOthers(Member member) {
        boolean counts = member.isMember && member.pace.nanos() != Pace.UNKNOWN;
        int others = known - (counts ? 1 : 0);
        return others == 0 ? Pace.UNKNOWN : (knownSum - (counts ? member.pace.nanos() : 0)) / others;
    }

    /** What the worker's next task is expected to take; negative when nothing is known of anybody. */
    long expected(Member member, long now) {
        if (member.place == Member.Place.BUSY && member.pace.nanos() != Pace.UNKNOWN) {
            return member.pace.nanos();
        }
        return member.pace.expected(activeTime(now), meanOfOthers(member));
    }

    private long activeTime(long now) {
        return activeTime + Math.max(0, Math.min(now - lastGiven, LONGEST_PAUSE_NANOS));
    }

    private void given(long now) {
        activeTime = activeTime(now);
        lastGiven = now;
    }

    // ---- samples

    void succeeded(Member member, long taken, long now) {
        succeeded(member, taken, 1, now);
    }

    /** So many tasks in a row have taken so long each. */
    void succeeded(Member member, long taken, int count, long now) {
        countOut(member);
        member.pace.sample(taken, count, activeTime(now));
        member.health.success();
        countIn(member);
    }

    void failed(Member member, long taken, long now) {
        long others = meanOfOthers(member);
        countOut(member);
        member.pace.sampleIfSlower(taken, activeTime(now), others);
        member.health.failure(now);
        countIn(member);
    }

    /** A task ended that says nothing about the worker. */
    void ended(Member member, long taken, long now) {
        long others = meanOfOthers(member);
        countOut(member);
        member.pace.sampleIfSlower(taken, activeTime(now), others);
        countIn(member);
    }

    // ---- idle and busy

    /** The member has nothing to do. */
    void idle(Member member, long now) {
        unlink(member);
        if (member.health.isAside()) {
            return;
        }
        member.turn = ++turns;
        link(member, now);
    }

    private void link(Member member, long now) {
        member.keyedAt = now;
        if (member.health.isEjected()) {
            member.place = Member.Place.EJECTED_IDLE;
            member.key = key(member, now);
            ejectedIdle.add(member);
            retries.add(member);
            return;
        }
        member.place = Member.Place.IDLE;
        if (kind == LoadBalance.Kind.EXPECTED_DELAY && member.pace.nanos() == Pace.UNKNOWN) {
            strangers.add(member);
            return;
        }
        member.key = key(member, now);
        idle.add(member);
        if (kind == LoadBalance.Kind.EXPECTED_DELAY) {
            byKeyAge.add(member);
        }
    }

    private double key(Member member, long now) {
        return switch (kind) {
            case EXPECTED_DELAY -> expected(member, now);
            case ROUND_ROBIN -> member.ordinal;
            case LEAST_LOADED -> 0;
            case LOWEST -> Double.isNaN(member.measured) ? Double.MAX_VALUE : member.measured;
        };
    }

    /** Takes the member out of whatever index it is in. */
    private void unlink(Member member) {
        switch (member.place) {
            case NONE -> {}
            case IDLE -> {
                if (!strangers.remove(member)) {
                    idle.remove(member);
                    byKeyAge.remove(member);
                }
            }
            case EJECTED_IDLE -> {
                ejectedIdle.remove(member);
                retries.remove(member);
            }
            case BUSY -> {
                unlinkBusy(member);
                busyCount--;
            }
        }
        member.place = Member.Place.NONE;
    }

    private void unlinkBusy(Member member) {
        if (busy.remove(member)) {
            busyRate = busy.isEmpty() ? 0 : busyRate - 1.0 / member.busyKey;
        }
    }

    private void linkBusy(Member member, long mean) {
        if (mean > 0) {
            member.busyKey = mean;
            busy.add(member);
            busyRate += 1.0 / mean;
        }
    }

    /** The member gets a task. */
    void busy(Member member, long now) {
        if (member.place == Member.Place.BUSY) {
            member.busySince = now;
            return;
        }
        unlink(member);
        last.key = member.ordinal;
        long others = meanOfOthers(member);
        countOut(member);
        given(now);
        member.pace.begin(activeTime, others);
        countIn(member);
        member.busySince = now;
        member.place = Member.Place.BUSY;
        busyCount++;
        linkBusy(member, expected(member, now));
    }

    /** The member goes on with another task. */
    void busyAgain(Member member, long now) {
        given(now);
        member.busySince = now;
        rekeyBusy(member, true);
    }

    private void rekeyBusy(Member member, boolean onlyWhenFar) {
        long mean = member.pace.nanos();
        if (mean == Pace.UNKNOWN) {
            return;
        }
        long key = member.busyKey;
        if (!onlyWhenFar || key == 0 || mean > 2 * key || mean < key / 2) {
            unlinkBusy(member);
            linkBusy(member, mean);
        }
    }

    boolean hasIdle() {
        return !idle.isEmpty() || !strangers.isEmpty() || !ejectedIdle.isEmpty();
    }

    int busyCount() {
        return busyCount;
    }

    // ---- choices

    /** The idle worker that is next by the strategy; null when there is none that may have a task now. */
    @Nullable
    Member pick(long now) {
        Member probe = retries.isEmpty() ? null : retries.first();
        if (probe != null && probe.health.isDue(now)) {
            return probe;
        }
        rekeyOldest(now);
        Member first = first(idle);
        if (!strangers.isEmpty()) {
            Member stranger = strangers.first();
            long mean = meanOfOthers(stranger);
            if (first == null || mean < first.key || (mean == first.key && stranger.turn < first.turn)) {
                return stranger;
            }
        }
        if (first == null && isPanicking()) {
            first = first(ejectedIdle);
        }
        return first;
    }

    private @Nullable Member first(NavigableSet<Member> index) {
        if (index.isEmpty()) {
            return null;
        }
        if (kind != LoadBalance.Kind.ROUND_ROBIN) {
            return index.first();
        }
        Member next = index.higher(last);
        return next == null ? index.first() : next;
    }

    private void rekeyOldest(long now) {
        for (int i = 0; i < REKEYED_PER_CHOICE && !byKeyAge.isEmpty(); i++) {
            Member oldest = byKeyAge.iterator().next();
            if (now - oldest.keyedAt < KEY_NANOS) {
                return;
            }
            idle.remove(oldest);
            byKeyAge.remove(oldest);
            link(oldest, now); // with its turn
        }
    }

    /** The time until the first worker may be tried again; {@link Long#MAX_VALUE} when there is none. */
    long untilRetry(long now) {
        return retries.isEmpty()
                ? Long.MAX_VALUE
                : Math.max(0, retries.first().health.retryAt() - now);
    }

    /**
     * Whether a task is done earlier when it waits for a busy worker.
     *
     * @param member the one that could have it now
     * @param startCost what it takes to get a thread for it
     * @param ahead how many tasks wait before it
     */
    boolean isWaitShorter(Member member, long startCost, int ahead, long now) {
        if (kind != LoadBalance.Kind.EXPECTED_DELAY || busy.isEmpty() || member.health.isEjected()) {
            return false;
        }
        long own = expected(member, now);
        if (own < 0) {
            return false;
        }
        double bound = (double) own + startCost;
        double queue = ahead == 0 ? 0 : ahead / busyRate;
        return queue < bound && queue + quickestBusy(null, bound, now) < bound;
    }

    /**
     * Whether one of the quickest workers that are busy takes no longer than so much for a task, most likely, and has not been busy for long.
     *
     * @param mean the mean of its task times must be below
     * @param since it must have started its task, or been given it, within this time
     * @param except who is not counted
     */
    boolean isBusyWithShort(long mean, long since, @Nullable Member except, long now) {
        if (kind != LoadBalance.Kind.EXPECTED_DELAY) {
            return false;
        }
        int looked = 0;
        for (Member member : busy) {
            if (member.busyKey >= mean || looked++ == BUSY_LOOKED_AT) {
                return false;
            }
            if (member != except && now - member.busySince < since && isEligible(member, now)) {
                return true;
            }
        }
        return false;
    }

    /**
     * How many waiting tasks a worker that is free now leaves to those that are busy and quicker; {@link Integer#MAX_VALUE} when
     * all that there could be.
     *
     * @param member is still in the index of the busy ones
     */
    int leaves(Member member, long now) {
        if (kind != LoadBalance.Kind.EXPECTED_DELAY || busyCount < 2) {
            return 0;
        }
        long own = expected(member, now);
        double quickest = own < 0 ? Double.MAX_VALUE : quickestBusy(member, (double) own, now);
        if (quickest >= own) {
            return 0;
        }
        double rate = busyRate - (busy.contains(member) ? 1.0 / member.busyKey : 0);
        return (int) Math.min(Integer.MAX_VALUE, Math.ceil((own - quickest) * rate));
    }

    /** When the next task of a busy worker would be done, by its score; no less than the bound when there is none so quick. */
    private double quickestBusy(@Nullable Member except, double bound, long now) {
        double best = Double.MAX_VALUE;
        int looked = 0;
        for (Member member : busy) {
            if (member.busyKey >= Math.min(best, bound) || looked++ == BUSY_LOOKED_AT) {
                break;
            }
            if (member != except && isEligible(member, now)) {
                best = Math.min(best, score(member, now));
            }
        }
        return best;
    }

    /** (waiting + running + 1) × mean; what has run longer than that is expected to run as long again. */
    private double score(Member member, long now) {
        double mean = member.busyKey;
        double running = Math.max(mean, (double) (now - member.busySince));
        return member.waiting * mean + running + mean;
    }

    @Override
    public String toString() {
        Member next = idle.isEmpty() ? null : idle.first();
        return "Fleet[idle=" + (idle.size() + strangers.size()) + ", ejected=" + ejected + ", busy=" + busyCount
                + ", next=" + (next == null ? "none" : next.name) + "]";
    }
}
