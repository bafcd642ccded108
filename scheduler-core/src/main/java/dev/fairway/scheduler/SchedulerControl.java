package dev.fairway.scheduler;

import dev.fairway.CancelOption;
import dev.fairway.Drainable;
import java.util.List;
import java.util.Optional;

/** What can be seen and steered of a scheduler, whatever its tasks are. All methods are thread-safe; only closing waits. */
public interface SchedulerControl extends Drainable {
    /** {@return how many workers may run at once, over all channels} */
    int workers();

    /**
     * Changes the number of workers. Running tasks are never killed by it; after the call returned nothing starts while that
     * many or more run.
     *
     * @param workers how many may run at once; at least 1
     */
    void workers(int workers);

    /** {@return the channels there are now, those that still drain included, in no particular order} */
    List<? extends ChannelControl> channels();

    /**
     * {@return the channel of that name, when there is one}
     *
     * @param name the channel's name
     */
    Optional<? extends ChannelControl> findChannel(String name);

    /**
     * Cancels what is in a channel; see {@link ChannelControl#cancelAll}.
     *
     * @param channel the channel's name
     * @param options whether to interrupt running code
     * @return what was cancelled
     * @throws IllegalArgumentException when there is no such channel; the message names those there are
     */
    CancelReport cancel(String channel, CancelOption... options);

    /** {@return what the scheduler has done} */
    SchedulerStats stats();

    /**
     * {@return the busiest channels, busiest first} Found without walking all channels: the order is exact to a factor of two.
     *
     * @param by what makes a channel busy; channels without any of it are left out
     * @param limit how many at the most; at least 1
     */
    List<ChannelStats> busiest(TopBy by, int limit);
}
