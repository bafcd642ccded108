package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.spring.CoordinatedTask;
import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import java.lang.reflect.AnnotatedElement;

/**
 * What a {@link CoordinatedTask} says, or several that complete each other.
 *
 * @param coordinator its name; blank when it is not given
 * @param contract {@code void} when it is not given
 * @param prefer an expression, or blank
 * @param require an expression, or blank
 * @param timeout a duration, or blank
 * @param taskTimeout a duration, or blank
 * @param source where the annotation stands that prefers or requires
 */
record Attributes(
        String coordinator,
        Class<?> contract,
        String prefer,
        String require,
        String timeout,
        String taskTimeout,
        AnnotatedElement source) {

    static Attributes of(CoordinatedTask annotation, AnnotatedElement source) {
        if (!annotation.prefer().isEmpty() && !annotation.require().isEmpty()) {
            throw new FairwayConfigurationException(
                    "The @CoordinatedTask on " + source + " both prefers '" + annotation.prefer() + "' and requires '"
                            + annotation.require() + "'.",
                    "Remove one of them.");
        }
        return new Attributes(
                annotation.value(),
                annotation.contract(),
                annotation.prefer(),
                annotation.require(),
                annotation.timeout(),
                annotation.taskTimeout(),
                source);
    }

    boolean hasContract() {
        return contract != void.class;
    }

    private boolean chooses() {
        return !prefer.isEmpty() || !require.isEmpty();
    }

    /** {@return these, and the other ones' where these say nothing} */
    Attributes over(Attributes other) {
        Attributes choice = chooses() ? this : other;
        return new Attributes(
                coordinator.isEmpty() ? other.coordinator : coordinator,
                hasContract() ? contract : other.contract,
                choice.prefer,
                choice.require,
                timeout.isEmpty() ? other.timeout : timeout,
                taskTimeout.isEmpty() ? other.taskTimeout : taskTimeout,
                choice.source);
    }

    /** {@return whether calls are treated in the same way} */
    boolean sameCalls(Attributes other) {
        return prefer.equals(other.prefer)
                && require.equals(other.require)
                && timeout.equals(other.timeout)
                && taskTimeout.equals(other.taskTimeout);
    }

    /** {@return what is different about calls, for messages} */
    String calls() {
        return "prefer='" + prefer + "', require='" + require + "', timeout='" + timeout + "', taskTimeout='"
                + taskTimeout + "'";
    }
}
