package dev.fairway.spring.autoconfigure;

import dev.fairway.scheduler.Fairness;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/** The properties under {@code fairway}. Checked before anything is instantiated. */
@ConfigurationProperties("fairway")
public class FairwayProperties {
    /**
     * Whether workers are virtual threads (Java 21 or newer). By default as spring.threads.virtual.enabled says.
     */
    private @Nullable Boolean virtualThreads;

    /**
     * Schedulers by name. Each becomes a FairExecutor bean of that name, or a FairScheduler when a @FairProcessor says so.
     */
    private Map<String, Scheduler> schedulers = new LinkedHashMap<>();

    /**
     * Coordinators by name. Each becomes a Coordinator bean of that name.
     */
    private Map<String, CoordinatorProperties> coordinators = new LinkedHashMap<>();

    /**
     * Dispatchers by name. Each becomes a SequencingDispatcher or MergingDispatcher bean of that name.
     */
    private Map<String, DispatcherProperties> dispatchers = new LinkedHashMap<>();

    @NestedConfigurationProperty
    private final Context context = new Context();

    @NestedConfigurationProperty
    private final Observation observation = new Observation();

    @NestedConfigurationProperty
    private final Metrics metrics = new Metrics();

    @NestedConfigurationProperty
    private final Health health = new Health();

    /** Made by Spring. */
    public FairwayProperties() {}

    public @Nullable Boolean getVirtualThreads() {
        return virtualThreads;
    }

    public void setVirtualThreads(@Nullable Boolean virtualThreads) {
        this.virtualThreads = virtualThreads;
    }

    public Map<String, Scheduler> getSchedulers() {
        return schedulers;
    }

    public void setSchedulers(Map<String, Scheduler> schedulers) {
        this.schedulers = schedulers;
    }

    public Map<String, CoordinatorProperties> getCoordinators() {
        return coordinators;
    }

    public void setCoordinators(Map<String, CoordinatorProperties> coordinators) {
        this.coordinators = coordinators;
    }

    public Map<String, DispatcherProperties> getDispatchers() {
        return dispatchers;
    }

    public void setDispatchers(Map<String, DispatcherProperties> dispatchers) {
        this.dispatchers = dispatchers;
    }

    /** {@return whether an entry of any kind has the name} */
    boolean hasEntry(String name) {
        return schedulers.containsKey(name) || coordinators.containsKey(name) || dispatchers.containsKey(name);
    }

    public Context getContext() {
        return context;
    }

    public Observation getObservation() {
        return observation;
    }

    public Metrics getMetrics() {
        return metrics;
    }

    public Health getHealth() {
        return health;
    }

    /** One scheduler. What is not set stays as {@link dev.fairway.scheduler.SchedulerBuilder} has it. */
    @ConfigurationPropertiesSource
    public static class Scheduler {
        /**
         * How many workers run at once, over all channels; at least 1. By default the number of processors.
         */
        private @Nullable Integer workers;

        /**
         * How many tasks may wait in all channels together; at least 1. By default there is no limit but those of the channels.
         */
        private @Nullable Integer capacity;

        /**
         * For how much run time a turn goes on with the same channel where its tasks are short. Zero is strict round robin. By
         * default 20 microseconds.
         */
        private @Nullable Duration turn;

        /**
         * What the channels get equal shares of.
         */
        private @Nullable Fairness fairness;

        /**
         * How long closing waits for accepted tasks; zero cancels them at once. By default 30 seconds, and never longer
         * than the timeout of the shutdown phase leaves room for.
         */
        private @Nullable Duration drainTimeout;

        /**
         * Settings of the channels that do not say otherwise.
         */
        @NestedConfigurationProperty
        private final Channel channelDefaults = new Channel();

        /**
         * Channels by name. They are open from the start, and take what they do not set from channel-defaults. A name with dots
         * is written in brackets.
         */
        private Map<String, Channel> channels = new LinkedHashMap<>();

        /** Made by Spring. */
        public Scheduler() {}

        /**
         * {@return a scheduler with default settings} Lets an entry without settings ({@code render:}) be one.
         *
         * @param nothing blank
         */
        public static Scheduler valueOf(String nothing) {
            requireNothing(nothing, "a scheduler");
            return new Scheduler();
        }

        public @Nullable Integer getWorkers() {
            return workers;
        }

        public void setWorkers(@Nullable Integer workers) {
            this.workers = workers;
        }

        public @Nullable Integer getCapacity() {
            return capacity;
        }

        public void setCapacity(@Nullable Integer capacity) {
            this.capacity = capacity;
        }

        public @Nullable Duration getTurn() {
            return turn;
        }

        public void setTurn(@Nullable Duration turn) {
            this.turn = turn;
        }

        public @Nullable Fairness getFairness() {
            return fairness;
        }

        public void setFairness(@Nullable Fairness fairness) {
            this.fairness = fairness;
        }

        public @Nullable Duration getDrainTimeout() {
            return drainTimeout;
        }

        public void setDrainTimeout(@Nullable Duration drainTimeout) {
            this.drainTimeout = drainTimeout;
        }

        public Channel getChannelDefaults() {
            return channelDefaults;
        }

        public Map<String, Channel> getChannels() {
            return channels;
        }

        public void setChannels(Map<String, Channel> channels) {
            this.channels = channels;
        }
    }

    /** One channel, or the defaults of a scheduler's channels. */
    @ConfigurationPropertiesSource
    public static class Channel {
        /**
         * How many tasks may wait; at least 1. By default 1024.
         */
        private @Nullable Integer capacity;

        /**
         * How many tasks a turn starts; at least 1. By default 1.
         */
        private @Nullable Integer weight;

        /**
         * How many tasks may run at once, commits included; at least 1. By default there is no limit but the workers.
         */
        private @Nullable Integer maxParallel;

        /**
         * How long nothing may wait, run or be put in before the channel closes itself; positive. By default it stays open.
         */
        private @Nullable Duration idleTimeout;

        /**
         * What submitting does when there is no room. By default reject.
         */
        private @Nullable OverloadPolicy overload;

        /**
         * How long submitting waits for room with the overload policy wait-up-to; positive.
         */
        private @Nullable Duration overloadTimeout;

        /** Made by Spring. */
        public Channel() {}

        /**
         * {@return a channel with default settings} Lets an entry without settings ({@code acme:}) be one.
         *
         * @param nothing blank
         */
        public static Channel valueOf(String nothing) {
            requireNothing(nothing, "a channel");
            return new Channel();
        }

        public @Nullable Integer getCapacity() {
            return capacity;
        }

        public void setCapacity(@Nullable Integer capacity) {
            this.capacity = capacity;
        }

        public @Nullable Integer getWeight() {
            return weight;
        }

        public void setWeight(@Nullable Integer weight) {
            this.weight = weight;
        }

        public @Nullable Integer getMaxParallel() {
            return maxParallel;
        }

        public void setMaxParallel(@Nullable Integer maxParallel) {
            this.maxParallel = maxParallel;
        }

        public @Nullable Duration getIdleTimeout() {
            return idleTimeout;
        }

        public void setIdleTimeout(@Nullable Duration idleTimeout) {
            this.idleTimeout = idleTimeout;
        }

        public @Nullable OverloadPolicy getOverload() {
            return overload;
        }

        public void setOverload(@Nullable OverloadPolicy overload) {
            this.overload = overload;
        }

        public @Nullable Duration getOverloadTimeout() {
            return overloadTimeout;
        }

        public void setOverloadTimeout(@Nullable Duration overloadTimeout) {
            this.overloadTimeout = overloadTimeout;
        }
    }

    /** The policies of {@link dev.fairway.scheduler.Overload}. */
    public enum OverloadPolicy {
        /** Submitting throws. */
        REJECT,
        /** Submitting waits for room, as long as overload-timeout says, and then throws. */
        WAIT_UP_TO,
        /** The caller runs the task. */
        CALLER_RUNS,
        /** The oldest waiting task makes room. */
        DROP_OLDEST
    }

    /** What is carried from the thread that submits a task to the worker that runs it. */
    public static class Context {
        /**
         * Whether the MDC of the submitting thread is that of the task's process and commit.
         */
        private boolean mdc = true;

        /**
         * Whether the current observation, and whatever else is registered with Micrometer's context propagation, is that of the
         * task's process and commit.
         */
        private boolean observation = true;

        /**
         * Whether the authentication of the submitting thread is that of the task's process and commit.
         */
        private boolean security = true;

        /** Made by Spring. */
        public Context() {}

        public boolean isMdc() {
            return mdc;
        }

        public void setMdc(boolean mdc) {
            this.mdc = mdc;
        }

        public boolean isObservation() {
            return observation;
        }

        public void setObservation(boolean observation) {
            this.observation = observation;
        }

        public boolean isSecurity() {
            return security;
        }

        public void setSecurity(boolean security) {
            this.security = security;
        }
    }

    /** Observations of tasks. */
    public static class Observation {
        /**
         * Whether each task is observed, with its steps in one trace. By default it is when there is an observation registry that
         * serves more than meters: those that come from observations would cost short tasks many times what they cost themselves.
         */
        private @Nullable Boolean enabled;

        /** Made by Spring. */
        public Observation() {}

        public @Nullable Boolean getEnabled() {
            return enabled;
        }

        public void setEnabled(@Nullable Boolean enabled) {
            this.enabled = enabled;
        }
    }

    /** Meters. */
    public static class Metrics {
        /**
         * How many channels of each scheduler have meters of their own; at least 1. The rest are counted together under the tag
         * value "_other".
         */
        private int maxChannels = 100;

        /**
         * How many workers of each coordinator have meters of their own; at least 1. The rest are counted together under the tag
         * value "_other".
         */
        private int maxWorkers = 100;

        /**
         * How many receivers of each dispatcher have meters of their own; at least 1. The rest are counted together under the tag
         * value "_other".
         */
        private int maxReceivers = 100;

        /** Made by Spring. */
        public Metrics() {}

        public int getMaxChannels() {
            return maxChannels;
        }

        public void setMaxChannels(int maxChannels) {
            this.maxChannels = maxChannels;
        }

        public int getMaxWorkers() {
            return maxWorkers;
        }

        public void setMaxWorkers(int maxWorkers) {
            this.maxWorkers = maxWorkers;
        }

        public int getMaxReceivers() {
            return maxReceivers;
        }

        public void setMaxReceivers(int maxReceivers) {
            this.maxReceivers = maxReceivers;
        }
    }

    /** Health. */
    public static class Health {
        /**
         * For how long a scheduler may start nothing, although a worker is free and a channel could be served, before it is
         * reported as down; positive.
         */
        private Duration stuckAfter = Duration.ofSeconds(10);

        /** Made by Spring. */
        public Health() {}

        public Duration getStuckAfter() {
            return stuckAfter;
        }

        public void setStuckAfter(Duration stuckAfter) {
            this.stuckAfter = stuckAfter;
        }
    }

    static void requireNothing(String text, String what) {
        if (!text.isBlank()) {
            throw new IllegalArgumentException("'" + text + "' is not the settings of " + what);
        }
    }
}
