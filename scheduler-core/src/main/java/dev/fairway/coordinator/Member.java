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
}
