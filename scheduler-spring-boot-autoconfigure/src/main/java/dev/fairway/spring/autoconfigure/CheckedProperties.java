package dev.fairway.spring.autoconfigure;

/**
 * The properties as they were read when the beans were defined: a bean only where that was in this JVM, and not ahead of time.
 *
 * @param properties all of them valid
 */
record CheckedProperties(FairwayProperties properties) {
    /** The name of the bean. */
    static final String BEAN = "dev.fairway.spring.autoconfigure.checkedProperties";
}
