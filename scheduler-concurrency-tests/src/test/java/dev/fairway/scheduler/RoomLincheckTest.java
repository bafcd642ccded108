package dev.fairway.scheduler;

import dev.fairway.concurrency.Models;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The permits of a scheduler's room, and the turns in which they are given: none is lost, none is given twice. */
public class RoomLincheckTest {
    private final DefaultFairScheduler<String, String> scheduler = (DefaultFairScheduler<String, String>)
            FairScheduler.<String, String>processing(task -> task).workers(1).build();
    private final Room<DefaultChannel<String, String>> room = new Room<>(2);
    private final DefaultChannel<String, String> one = channel("one");
    private final DefaultChannel<String, String> other = channel("other");

    private DefaultChannel<String, String> channel(String name) {
        return DefaultChannel.of(scheduler, name, ChannelOptions.defaults());
    }

    @Operation
    public boolean reserve() {
        return room.reserve(false);
    }

    @Operation
    public @Nullable String release() {
        return name(room.release(1));
    }

    @Operation
    public @Nullable String enqueueOne() {
        return name(room.enqueue(one));
    }

    @Operation
    public @Nullable String enqueueOther() {
        return name(room.enqueue(other));
    }

    @Operation
    public void joinOne() {
        room.join(one);
    }

    private static @Nullable String name(@Nullable DefaultChannel<String, String> channel) {
        return channel == null ? null : channel.name;
    }

    @Test
    @Timeout(3_600)
    void permitsAndTurnsAreNeitherLostNorDoubled() {
        Models.options().check(RoomLincheckTest.class);
    }
}
