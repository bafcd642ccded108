package dev.fairway.sample.desk;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What the desk accepts and remembers.
 *
 * @param maxDocumentSize the largest document
 * @param remember how many documents that were cancelled or failed are remembered; of older ones nobody knows
 */
@ConfigurationProperties("print-desk")
record DeskProperties(
        @DefaultValue("256KB") DataSize maxDocumentSize,
        @DefaultValue("10000") int remember) {
    DeskProperties {
        if (maxDocumentSize.toBytes() < 1 || maxDocumentSize.toBytes() >= Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "print-desk.max-document-size must be from 1B to less than 2GB, not " + maxDocumentSize);
        }
        if (remember < 0) {
            throw new IllegalArgumentException("print-desk.remember must not be negative, not " + remember);
        }
    }
}
