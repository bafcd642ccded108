package dev.fairway.spring.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/**
 * The properties as the parts of Fairway have them, read and checked when the application starts. Not for applications.
 *
 * @param properties all of them valid
 * @param virtualThreads whether workers are virtual threads
 */
public record FairwaySettings(FairwayProperties properties, boolean virtualThreads) {
    static FairwaySettings of(Environment environment, @Nullable CheckedProperties checked) {
        FairwayProperties properties = checked != null ? checked.properties() : FairwayConfiguration.read(environment);
        return new FairwaySettings(properties, FairwayConfiguration.virtualThreads(properties, environment));
    }
}
