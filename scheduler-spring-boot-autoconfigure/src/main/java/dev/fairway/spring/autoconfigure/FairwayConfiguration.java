package dev.fairway.spring.autoconfigure;

import dev.fairway.spring.autoconfigure.FairwayProperties.Channel;
import dev.fairway.spring.autoconfigure.FairwayProperties.Scheduler;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
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
    private static final String ROOT = "fairway";
    private static final String SCHEDULERS = "fairway.schedulers";
    private static final String COORDINATORS = "fairway.coordinators";
    private static final String DISPATCHERS = "fairway.dispatchers";
    private static final List<String> SCHEDULER_KEYS =
            List.of("workers", "capacity", "turn", "fairness", "drain-timeout", "channel-defaults", "channels");
    private static final List<String> CHANNEL_KEYS =
            List.of("capacity", "weight", "max-parallel", "idle-timeout", "overload", "overload-timeout");
    private static final List<String> COORDINATOR_KEYS = List.of(
            "queue-threshold",
            "capacity",
            "ewma-alpha",
            "workers-per-bean",
            "load-balance",
            "task-timeout",
            "failures-to-quarantine",
            "quarantine-back-off.first",
            "quarantine-back-off.longest",
            "drain-timeout");
    private static final List<String> DISPATCHER_KEYS = List.of(
            "mode", "inbox-capacity", "start-after", "receivers", "reorder-capacity", "merge-order", "drain-timeout");
    private static final List<String> BACK_OFF_KEYS = List.of("first", "longest");

    private FairwayConfiguration() {}

    /**
     * {@return the properties, all of them valid}
     *
     * @param environment where they stand
     * @throws FairwayConfigurationException naming the first one that is not
     */
    static FairwayProperties read(Environment environment) {
        Binder binder = Binder.get(environment);
        FairwayProperties properties;
        try {
            // Only what stands under the maps must be known: other modules have their own keys beside them. So they are
            // bound
            // apart, and nothing twice.
            properties = binder.bindOrCreate(ROOT, Bindable.of(FairwayProperties.class), new AllButEntries());
            BindHandler strict = new NoUnboundElementsBindHandler(BindHandler.DEFAULT, FairwayConfiguration::isStrict);
            properties.setSchedulers(entries(binder, SCHEDULERS, Scheduler.class, strict));
            properties.setCoordinators(entries(binder, COORDINATORS, CoordinatorProperties.class, strict));
            properties.setDispatchers(entries(binder, DISPATCHERS, DispatcherProperties.class, strict));
        } catch (BindException e) {
            throw explained(e, environment);
        }
        new FairwayChecks(environment).check(properties);
        return properties;
    }

    private static <E> Map<String, E> entries(Binder binder, String name, Class<E> type, BindHandler strict) {
        BindResult<Map<String, E>> result = binder.bind(name, Bindable.mapOf(String.class, type), strict);
        return result.isBound() ? result.get() : new LinkedHashMap<>();
    }

    /** The names of environment variables are ambiguous, so one that is not understood need not be meant for us. */
    private static boolean isStrict(ConfigurationPropertySource source) {
        return !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource);
    }

    static FairwayConfigurationException invalid(
            ConfigurationPropertyName name, Object value, @Nullable ConfigurationProperty property, String allowed) {
        return new FairwayConfigurationException(
                "The value '" + value + "' of property '" + name + "'" + origin(property) + " is not valid: " + allowed
                        + ".",
                "Change the value of '" + name + "': " + allowed + ".");
    }

    private static String origin(@Nullable ConfigurationProperty property) {
        return property == null || property.getOrigin() == null ? "" : " (from " + property.getOrigin() + ")";
    }

    private static RuntimeException explained(BindException failure, Environment environment) {
        if (failure.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
            return unknown(unbound.getUnboundProperties().iterator().next());
        }
        ConfigurationProperty property = failure.getProperty();
        if (property == null) {
            property = find(failure.getName(), environment);
        }
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

    /** {@return the property of that name, when there is one} */
    static @Nullable ConfigurationProperty find(ConfigurationPropertyName name, Environment environment) {
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            ConfigurationProperty property = source.getConfigurationProperty(name);
            if (property != null) {
                return property;
            }
        }
        return null;
    }

    private static @Nullable String allowed(Class<?> type) {
        if (type == Integer.class || type == int.class || type == Long.class) {
            return "a whole number";
        }
        if (type == Double.class) {
            return "a number such as 0.5";
        }
        if (type == Duration.class) {
            return "a duration such as 500ms or 20s";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
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
        List<String> keys = keys(type);
        return keys.isEmpty() ? null : "absent, or have settings under it: " + keys;
    }

    private static List<String> keys(Class<?> type) {
        if (type == Scheduler.class) {
            return SCHEDULER_KEYS;
        }
        if (type == Channel.class) {
            return CHANNEL_KEYS;
        }
        if (type == CoordinatorProperties.class) {
            return COORDINATOR_KEYS;
        }
        if (type == DispatcherProperties.class) {
            return DISPATCHER_KEYS;
        }
        return type == CoordinatorProperties.BackOff.class ? BACK_OFF_KEYS : List.of();
    }

    private static FairwayConfigurationException unknown(ConfigurationProperty property) {
        ConfigurationPropertyName name = property.getName();
        return new FairwayConfigurationException(
                "The property '" + name + "' (value '" + property.getValue() + "')" + origin(property)
                        + " does not exist. " + known(name) + ".",
                "Correct the name, or remove the property. A name of your own that has dots in it is written in brackets:"
                        + " '[a.b]'.");
    }

    private static String known(ConfigurationPropertyName name) {
        String kind = name.getElement(1, Form.UNIFORM);
        if (kind.equals("coordinators")) {
            return "A coordinator has " + COORDINATOR_KEYS;
        }
        if (kind.equals("dispatchers")) {
            return "A dispatcher has " + DISPATCHER_KEYS;
        }
        return name.getNumberOfElements() > 4 ? "A channel has " + CHANNEL_KEYS : "A scheduler has " + SCHEDULER_KEYS;
    }

    /** {@return whether workers are virtual threads} */
    static boolean virtualThreads(FairwayProperties properties, Environment environment) {
        Boolean chosen = properties.getVirtualThreads();
        return chosen != null ? chosen : Threading.VIRTUAL.isActive(environment);
    }

    /** Binds what is not an entry of one of the maps. */
    private static final class AllButEntries implements BindHandler {
        private static final Set<ConfigurationPropertyName> ENTRIES = Set.of(
                ConfigurationPropertyName.of(SCHEDULERS),
                ConfigurationPropertyName.of(COORDINATORS),
                ConfigurationPropertyName.of(DISPATCHERS));

        @Override
        public <T> @Nullable Bindable<T> onStart(
                ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
            return ENTRIES.contains(name) ? null : target;
        }
    }
}
