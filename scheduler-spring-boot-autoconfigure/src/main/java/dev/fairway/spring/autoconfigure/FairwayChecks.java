package dev.fairway.spring.autoconfigure;

import dev.fairway.spring.autoconfigure.CoordinatorProperties.BackOff;
import dev.fairway.spring.autoconfigure.DispatcherProperties.Mode;
import dev.fairway.spring.autoconfigure.FairwayProperties.Channel;
import dev.fairway.spring.autoconfigure.FairwayProperties.OverloadPolicy;
import dev.fairway.spring.autoconfigure.FairwayProperties.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.Environment;

/**
 * What the values of {@link FairwayProperties} must be; their types are right already.
 *
 * <p>This runs in every start, where a lambda costs as much as a class that is loaded: hence loops.
 */
final class FairwayChecks {
    private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("fairway");

    private final Environment environment;

    FairwayChecks(Environment environment) {
        this.environment = environment;
    }

    /** Throws a {@link FairwayConfigurationException} that names the first value which is not allowed. */
    void check(FairwayProperties properties) {
        atLeastOne(ROOT.append("metrics.max-channels"), properties.getMetrics().getMaxChannels());
        atLeastOne(ROOT.append("metrics.max-workers"), properties.getMetrics().getMaxWorkers());
        atLeastOne(ROOT.append("metrics.max-receivers"), properties.getMetrics().getMaxReceivers());
        positive(ROOT.append("health.stuck-after"), properties.getHealth().getStuckAfter());
        if (Boolean.TRUE.equals(properties.getVirtualThreads())
                && Runtime.version().feature() < 21) {
            throw invalid(
                    ROOT.append("virtual-threads"),
                    true,
                    "virtual threads need Java 21 or newer, and this is Java "
                            + Runtime.version().feature());
        }
        for (Map.Entry<String, Scheduler> entry : properties.getSchedulers().entrySet()) {
            check(child("schedulers", ROOT, entry.getKey()), entry.getValue());
        }
        for (Map.Entry<String, CoordinatorProperties> entry :
                properties.getCoordinators().entrySet()) {
            check(child("coordinators", ROOT, entry.getKey()), entry.getValue());
        }
        for (Map.Entry<String, DispatcherProperties> entry :
                properties.getDispatchers().entrySet()) {
            check(child("dispatchers", ROOT, entry.getKey()), entry.getValue());
        }
    }

    private void check(ConfigurationPropertyName at, Scheduler scheduler) {
        atLeastOne(at.append("workers"), scheduler.getWorkers());
        atLeastOne(at.append("capacity"), scheduler.getCapacity());
        notNegative(at.append("turn"), scheduler.getTurn());
        notNegative(at.append("drain-timeout"), scheduler.getDrainTimeout());
        check(at.append("channel-defaults"), scheduler.getChannelDefaults(), null);
        for (Map.Entry<String, Channel> entry : scheduler.getChannels().entrySet()) {
            check(child("channels", at, entry.getKey()), entry.getValue(), scheduler.getChannelDefaults());
        }
    }

    private void check(ConfigurationPropertyName at, Channel channel, @Nullable Channel defaults) {
        atLeastOne(at.append("capacity"), channel.getCapacity());
        atLeastOne(at.append("weight"), channel.getWeight());
        atLeastOne(at.append("max-parallel"), channel.getMaxParallel());
        positive(at.append("idle-timeout"), channel.getIdleTimeout());
        positive(at.append("overload-timeout"), channel.getOverloadTimeout());
        Duration timeout = channel.getOverloadTimeout();
        if (timeout == null && defaults != null) {
            timeout = defaults.getOverloadTimeout();
        }
        if (channel.getOverload() == OverloadPolicy.WAIT_UP_TO && timeout == null) {
            throw invalid(
                    at.append("overload"),
                    channel.getOverload(),
                    "'wait-up-to' needs '" + at.append("overload-timeout") + "', a duration such as 500ms");
        }
    }

    private void check(ConfigurationPropertyName at, CoordinatorProperties coordinator) {
        Integer threshold = coordinator.getQueueThreshold();
        if (threshold != null && threshold < 0) {
            throw invalid(at.append("queue-threshold"), threshold, "it must not be negative");
        }
        atLeastOne(at.append("capacity"), coordinator.getCapacity());
        Double alpha = coordinator.getEwmaAlpha();
        if (alpha != null && !(alpha > 0 && alpha <= 1)) {
            throw invalid(at.append("ewma-alpha"), alpha, "it must be above 0 and at most 1");
        }
        atLeastOne(at.append("workers-per-bean"), coordinator.getWorkersPerBean());
        positive(at.append("task-timeout"), coordinator.getTaskTimeout());
        atLeastOne(at.append("failures-to-quarantine"), coordinator.getFailuresToQuarantine());
        check(at.append("quarantine-back-off"), coordinator.getQuarantineBackOff());
        notNegative(at.append("drain-timeout"), coordinator.getDrainTimeout());
    }

    private void check(ConfigurationPropertyName at, BackOff backOff) {
        Duration first = backOff.getFirst();
        Duration longest = backOff.getLongest();
        positive(at.append("first"), first);
        positive(at.append("longest"), longest);
        if (first != null && longest != null && first.compareTo(longest) > 0) {
            throw invalid(
                    at.append("longest"),
                    longest,
                    "it must not be shorter than '" + at.append("first") + "', " + first);
        }
    }

    private void check(ConfigurationPropertyName at, DispatcherProperties dispatcher) {
        atLeastOne(at.append("inbox-capacity"), dispatcher.getInboxCapacity());
        Long startAfter = dispatcher.getStartAfter();
        if (startAfter != null && startAfter < 0) {
            throw invalid(at.append("start-after"), startAfter, "it must not be negative");
        }
        List<String> receivers = dispatcher.getReceivers();
        for (int i = 0; i < receivers.size(); i++) {
            String receiver = receivers.get(i);
            if (receiver.isBlank() || receivers.indexOf(receiver) < i) {
                ConfigurationPropertyName one = at.append("receivers[" + i + "]");
                boolean listed = FairwayConfiguration.find(one, environment) != null;
                throw invalid(
                        listed ? one : at.append("receivers"), receivers, "each needs a name, and no two the same one");
            }
        }
        atLeastOne(at.append("reorder-capacity"), dispatcher.getReorderCapacity());
        if (dispatcher.getMode() == Mode.SEQUENCING) {
            onlyMerging(at.append("reorder-capacity"), dispatcher.getReorderCapacity());
            onlyMerging(at.append("merge-order"), dispatcher.getMergeOrder());
        }
        notNegative(at.append("drain-timeout"), dispatcher.getDrainTimeout());
    }

    private void onlyMerging(ConfigurationPropertyName name, @Nullable Object value) {
        if (value != null) {
            throw invalid(name, value, "only a dispatcher with 'mode: merging' has it");
        }
    }

    private static ConfigurationPropertyName child(String map, ConfigurationPropertyName parent, String key) {
        ConfigurationPropertyName entries = parent.append(map);
        return ConfigurationPropertyName.isValid(key) && !key.contains(".")
                ? entries.append(key)
                : entries.append("[" + key + "]");
    }

    private void atLeastOne(ConfigurationPropertyName name, @Nullable Integer value) {
        if (value != null && value < 1) {
            throw invalid(name, value, "it must be at least 1");
        }
    }

    private void notNegative(ConfigurationPropertyName name, @Nullable Duration value) {
        if (value != null && value.isNegative()) {
            throw invalid(name, value, "it must not be negative");
        }
    }

    private void positive(ConfigurationPropertyName name, @Nullable Duration value) {
        if (value != null && (value.isNegative() || value.isZero())) {
            throw invalid(name, value, "it must be longer than zero");
        }
    }

    private FairwayConfigurationException invalid(ConfigurationPropertyName name, Object value, String allowed) {
        ConfigurationProperty property = FairwayConfiguration.find(name, environment);
        return FairwayConfiguration.invalid(name, property == null ? value : property.getValue(), property, allowed);
    }
}
