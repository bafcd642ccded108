package dev.fairway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StackRoomTest {
    private static final int STACK = 512 << 10;

    /** Frames of something else that are possible where the probe says that there is no room for so many of its own. */
    @Test
    void itSaysSoWhileThereIsStillRoomForAsManyOrdinaryFrames() throws InterruptedException {
        AtomicLong left = new AtomicLong(-1);
        Thread thread = new Thread(null, () -> goDown(left), "deep", STACK);
        thread.start();
        thread.join();
        assertThat(left.get()).isGreaterThan(StackRoom.OF_A_TASK / 2);
    }

    private static void goDown(AtomicLong left) {
        boolean hasRoom = true;
        try {
            StackRoom.require(StackRoom.OF_A_TASK);
        } catch (StackOverflowError none) {
            hasRoom = false;
        }
        if (hasRoom) {
            goDown(left);
        } else {
            countFrames(left, 0);
        }
    }

    private static void countFrames(AtomicLong left, int frames) {
        left.set(frames);
        if (frames < StackRoom.OF_A_TASK) {
            countFrames(left, frames + 1);
        }
    }
}
