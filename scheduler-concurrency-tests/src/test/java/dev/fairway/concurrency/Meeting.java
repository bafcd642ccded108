package dev.fairway.concurrency;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Where two actors wait for each other in the middle of what they do, so that what follows is done at the same time. One of them comes a
 * little later than the other, each time by another little.
 */
public final class Meeting {
    private static final int LATEST = 64;

    private final int[] late = {
        ThreadLocalRandom.current().nextInt(LATEST), ThreadLocalRandom.current().nextInt(LATEST)
    };
    private volatile boolean isFirstThere;
    private volatile boolean isSecondThere;

    /** For one of the two. */
    public void comeFirst() {
        isFirstThere = true;
        while (!isSecondThere) {
            Thread.onSpinWait();
        }
        beLate(late[0]);
    }

    /** For the other one. */
    public void comeSecond() {
        isSecondThere = true;
        while (!isFirstThere) {
            Thread.onSpinWait();
        }
        beLate(late[1]);
    }

    private static void beLate(int turns) {
        for (int i = 0; i < turns; i++) {
            Thread.onSpinWait();
        }
    }
}
