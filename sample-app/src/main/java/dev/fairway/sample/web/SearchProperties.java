package dev.fairway.sample.web;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How searches are answered.
 *
 * @param patience how long a search waits for the index
 */
@ConfigurationProperties("print-desk.search")
record SearchProperties(@DefaultValue("2s") Duration patience) {
    SearchProperties {
        if (patience.isNegative()) {
            throw new IllegalArgumentException("print-desk.search.patience must not be negative, not " + patience);
        }
    }
}
