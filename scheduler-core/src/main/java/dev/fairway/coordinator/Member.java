package dev.fairway.coordinator;

/** A worker as the {@link Fleet} sees it. Guarded by the coordinator's lock. */
class Member {
    /** Which of the fleet's indexes the worker is in. */
    enum Place {
        /** In none: not of the fleet, or idle and put aside. */
        NONE,
        IDLE,
        EJECTED_IDLE,
        BUSY
    }

    final String name;
    final long ordinal;
    final Pace pace;
    final Health health;

    /** Tasks in its own queue. */
    int waiting;

    /** When its running task was started, or given to it. */
    long busySince;

    /** What {@link LoadBalance#lowest} says of it. */
    double measured = Double.MAX_VALUE;

    // The fleet's own.

    Place place = Place.NONE;
    double key;
    long turn;
    long keyedAt;
    long busyKey;
    boolean isMember;

    Member(String name, long ordinal, Pace pace, Health health) {
        this.name = name;
        this.ordinal = ordinal;
        this.pace = pace;
        this.health = health;
    }

    static int compareKeys(Member one, Member other) {
        int byKey = Double.compare(one.key, other.key);
        return byKey != 0 ? byKey : compareTurns(one, other);
    }

    static int compareTurns(Member one, Member other) {
        return Long.compare(one.turn, other.turn);
    }

    static int compareRetries(Member one, Member other) {
        int byTime = Long.compare(one.health.retryAt(), other.health.retryAt());
        return byTime != 0 ? byTime : compareTurns(one, other);
    }

    static int compareBusyKeys(Member one, Member other) {
        int byKey = Long.compare(one.busyKey, other.busyKey);
        return byKey != 0 ? byKey : Long.compare(one.ordinal, other.ordinal);
    }
}
