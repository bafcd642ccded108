package dev.fairway.spring.autoconfigure;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/** One coordinator. What is not set stays as {@link dev.fairway.coordinator.Coordinator.Builder} has it. */
@ConfigurationPropertiesSource
public class CoordinatorProperties {
    /**
     * How many tasks may wait for a preferred worker before the next goes elsewhere; not negative. Zero: a preferred worker is
     * chosen only when it is idle. By default 3.
     */
    private @Nullable Integer queueThreshold;

    /**
     * How many tasks may wait in all; at least 1. By default 10000.
     */
    private @Nullable Integer capacity;

    /**
     * The weight of a worker's latest task in the running mean of its task times; above 0, at most 1. By default 0.5.
     */
    private @Nullable Double ewmaAlpha;

    /**
     * How many workers each prototype bean of a coordinated contract gives; at least 1. By default 1.
     */
    private @Nullable Integer workersPerBean;

    /**
     * Who of the idle workers gets a task. By default expected-delay.
     */
    private @Nullable Strategy loadBalance;

    /**
     * How long a task may run before it fails and is interrupted; positive. By default there is no limit.
     */
    private @Nullable Duration taskTimeout;

    /**
     * After how many failures in a row a worker is quarantined; at least 1. By default 5.
     */
    private @Nullable Integer failuresToQuarantine;

    @NestedConfigurationProperty
    private final BackOff quarantineBackOff = new BackOff();

    /**
     * How long closing waits for accepted tasks; zero cancels them at once. By default 30 seconds, and never longer than the
     * timeout of the shutdown phase leaves room for.
     */
    private @Nullable Duration drainTimeout;

    /** Made by Spring. */
    public CoordinatorProperties() {}

    /**
     * {@return a coordinator with default settings} Lets an entry without settings ({@code cats:}) be one.
     *
     * @param nothing blank
     */
    public static CoordinatorProperties valueOf(String nothing) {
        FairwayProperties.requireNothing(nothing, "a coordinator");
        return new CoordinatorProperties();
    }

    public @Nullable Integer getQueueThreshold() {
        return queueThreshold;
    }

    public void setQueueThreshold(@Nullable Integer queueThreshold) {
        this.queueThreshold = queueThreshold;
    }

    public @Nullable Integer getCapacity() {
        return capacity;
    }

    public void setCapacity(@Nullable Integer capacity) {
        this.capacity = capacity;
    }

    public @Nullable Double getEwmaAlpha() {
        return ewmaAlpha;
    }

    public void setEwmaAlpha(@Nullable Double ewmaAlpha) {
        this.ewmaAlpha = ewmaAlpha;
    }

    public @Nullable Integer getWorkersPerBean() {
        return workersPerBean;
    }

    public void setWorkersPerBean(@Nullable Integer workersPerBean) {
        this.workersPerBean = workersPerBean;
    }

    public @Nullable Strategy getLoadBalance() {
        return loadBalance;
    }

    public void setLoadBalance(@Nullable Strategy loadBalance) {
        this.loadBalance = loadBalance;
    }

    public @Nullable Duration getTaskTimeout() {
        return taskTimeout;
    }

    public void setTaskTimeout(@Nullable Duration taskTimeout) {
        this.taskTimeout = taskTimeout;
    }

    public @Nullable Integer getFailuresToQuarantine() {
        return failuresToQuarantine;
    }

    public void setFailuresToQuarantine(@Nullable Integer failuresToQuarantine) {
        this.failuresToQuarantine = failuresToQuarantine;
    }

    public BackOff getQuarantineBackOff() {
        return quarantineBackOff;
    }

    public @Nullable Duration getDrainTimeout() {
        return drainTimeout;
    }

    public void setDrainTimeout(@Nullable Duration drainTimeout) {
        this.drainTimeout = drainTimeout;
    }

    /** The strategies of {@link dev.fairway.coordinator.LoadBalance}. */
    public enum Strategy {
        /** The worker that will most likely be done first. */
        EXPECTED_DELAY,
        /** The worker that has been idle longest. */
        LEAST_LOADED,
        /** The next idle worker, in the order in which they were added. */
        ROUND_ROBIN
    }

    /** When a quarantined worker is tried again. */
    public static class BackOff {
        /**
         * After what time a quarantined worker is tried again; positive. It doubles with each further failure. By default 100
         * milliseconds, or the longest when that is shorter.
         */
        private @Nullable Duration first;

        /**
         * The longest time after which a quarantined worker is tried again; no shorter than the first. By default 30 seconds,
         * or the first when that is longer.
         */
        private @Nullable Duration longest;

        /** Made by Spring. */
        public BackOff() {}

        public @Nullable Duration getFirst() {
            return first;
        }

        public void setFirst(@Nullable Duration first) {
            this.first = first;
        }

        public @Nullable Duration getLongest() {
            return longest;
        }

        public void setLongest(@Nullable Duration longest) {
            this.longest = longest;
        }
    }
}
