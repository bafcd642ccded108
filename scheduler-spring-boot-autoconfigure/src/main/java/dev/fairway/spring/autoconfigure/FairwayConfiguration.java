package dev.fairway.spring.autoconfigure;

import dev.fairway.spring.autoconfigure.FairwayProperties.Channel;
import dev.fairway.spring.autoconfigure.FairwayProperties.OverloadPolicy;
import dev.fairway.spring.autoconfigure.FairwayProperties.Scheduler;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Reads {@link FairwayProperties} from the environment and checks them. Bean validation is not needed for it, and would come too
 * late: the names of the beans stand in the properties.
 */
final class FairwayConfiguration {
    private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("fairway");
    private static final List<String> SCHEDULER_KEYS =
            List.of("workers", "capacity", "turn", "fairness", "drain-timeout", "channel-defaults", "channels");
    private static final List<String> CHANNEL_KEYS =
            List.of("capacity", "weight", "max-parallel", "idle-timeout", "overload", "overload-timeout");

    private final Environment environment;

    private FairwayConfiguration(Environment environment) {
        this.environment = environment;
    }

    /**
     * {@return the properties, all of them valid}
     *
     * @param environment where they stand
     * @throws FairwayConfigurationException naming the first one that is not
     */
    static FairwayProperties read(Environment environment) {
        return new FairwayConfiguration(environment).read();
    }

    private FairwayProperties read() {
        Binder binder = Binder.get(environment);
        FairwayProperties properties;
        try {
            // Only what stands under schedulers must be known: other modules have their own keys beside it.
            properties = binder.bindOrCreate("fairway", Bindable.of(FairwayProperties.class));
            BindHandler strict = new NoUnboundElementsBindHandler(BindHandler.DEFAULT, FairwayConfiguration::isStrict);
            binder.bind("fairway.schedulers", Bindable.mapOf(String.class, Scheduler.class), strict);
        } catch (BindException e) {
            throw explained(e);
        }
        check(properties);
        return properties;
    }

    /** The names of environment variables are ambiguous, so one that is not understood need not be meant for us. */
    private static boolean isStrict(ConfigurationPropertySource source) {
        return !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource);
    }

    private void check(FairwayProperties properties) {
        atLeastOne(ROOT.append("metrics.max-channels"), properties.getMetrics().getMaxChannels());
        positive(ROOT.append("health.stuck-after"), properties.getHealth().getStuckAfter());
        if (Boolean.TRUE.equals(properties.getVirtualThreads())
                && Runtime.version().feature() < 21) {
            throw invalid(
                    ROOT.append("virtual-threads"),
                    true,
                    "virtual threads need Java 21 or newer, and this is Java "
                            + Runtime.version().feature());
        }
        properties.getSchedulers().forEach((name, scheduler) -> check(child("schedulers", ROOT, name), scheduler));
    }

    private void check(ConfigurationPropertyName at, Scheduler scheduler) {
        atLeastOne(at.append("workers"), scheduler.getWorkers());
        atLeastOne(at.append("capacity"), scheduler.getCapacity());
        notNegative(at.append("turn"), scheduler.getTurn());
        notNegative(at.append("drain-timeout"), scheduler.getDrainTimeout());
        check(at.append("channel-defaults"), scheduler.getChannelDefaults(), null);
        scheduler
                .getChannels()
                .forEach(
                        (name, channel) -> check(child("channels", at, name), channel, scheduler.getChannelDefaults()));
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
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            ConfigurationProperty property = source.getConfigurationProperty(name);
            if (property != null) {
                return invalid(name, property.getValue(), property, allowed);
            }
        }
        return invalid(name, value, null, allowed);
    }

    private static FairwayConfigurationException invalid(
            ConfigurationPropertyName name, Object value, @Nullable ConfigurationProperty property, String allowed) {
        return new FairwayConfigurationException(
                "The value '" + value + "' of property '" + name + "'" + origin(property) + " is not valid: " + allowed
                        + ".",
                "Change the value of '" + name + "': " + allowed + ".");
    }

    private static String origin(@Nullable ConfigurationProperty property) {
        return property == null || property.getOrigin() == null ? "" : " (from " + property.getOrigin() + ")";
    }

    private static RuntimeException explained(BindException failure) {
        if (failure.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
            return unknown(unbound.getUnboundProperties().iterator().next());
        }
        ConfigurationProperty property = failure.getProperty();
        Class<?> type = failure.getTarget().getType().resolve(Object.class);
        String allowed = allowed(type);
        if (property == null || allowed == null) {
            return failure;
        }
        FairwayConfigurationException explained =
                invalid(property.getName(), property.getValue(), property, "it must be " + allowed);
        explained.initCause(failure);
        return explained;
    }

    private static @Nullable String allowed(Class<?> type) {
        if (type == Integer.class || type == int.class) {
            return "a whole number of at least 1";
        }
        if (type == Duration.class) {
            return "a duration such as 500ms or 20s";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (type == Scheduler.class) {
            return "absent, or have settings under it: " + SCHEDULER_KEYS;
        }
        if (type == Channel.class) {
            return "absent, or have settings under it: " + CHANNEL_KEYS;
        }
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(constant -> ((Enum<?>) constant)
                                    .name()
                                    .toLowerCase(Locale.ROOT)
                                    .replace('_', '-'))
                            .collect(Collectors.joining(", "));
        }
        return null;
    }

    private static FairwayConfigurationException unknown(ConfigurationProperty property) {
        ConfigurationPropertyName name = property.getName();
        boolean ofChannel = name.getNumberOfElements() > 4;
        return new FairwayConfigurationException(
                "The property '" + name + "' (value '" + property.getValue() + "')" + origin(property)
                        + " does not exist. " + (ofChannel ? "A channel has " : "A scheduler has ")
                        + (ofChannel ? CHANNEL_KEYS : SCHEDULER_KEYS) + ".",
                "Correct the name, or remove the property. The name of a scheduler or channel that has dots in it is written in"
                        + " brackets: '[a.b]'.");
    }

    /** {@return whether workers are virtual threads} */
    static boolean virtualThreads(FairwayProperties properties, Environment environment) {
        Boolean chosen = properties.getVirtualThreads();
        return chosen != null ? chosen : Threading.VIRTUAL.isActive(environment);
    }
}
