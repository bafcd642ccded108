package dev.fairway.spring.autoconfigure.endpoint;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the endpoint shows and changes of one kind of primitive. Methods throw {@link BadRequest} for what there is not, and for what
 * cannot be done.
 */
abstract class Section {
    static final int PARTS_IN_OVERVIEW = 10;
    static final int PARTS = 100;

    private static final int MOST_IN_A_MESSAGE = 10;

    /** {@return each of them by name, with few of their parts} */
    abstract Map<String, Object> all();

    /** {@return one of them, with at most that many of its parts} */
    abstract Object one(String name, int limit);

    /** {@return one part of one of them} */
    abstract Object part(String name, String part);

    /** Changes one of them as a whole; {@code body} has the fields that were sent. */
    Change changeOne(String name, Map<String, String> body) {
        one(name, 1);
        throw BadRequest.notAllowed("there is nothing to change about '" + name + "' as a whole");
    }

    /** Changes one part; {@code body} has the fields that were sent. */
    Change changePart(String name, String part, Map<String, String> body) {
        part(name, part);
        throw BadRequest.notAllowed("there is nothing to change about '" + part + "'");
    }

    /** Cancels what is in one part. */
    Change cancelPart(String name, String part) {
        part(name, part);
        throw BadRequest.notAllowed("there is nothing to cancel in '" + part + "'");
    }

    static String list(Collection<String> names) {
        String shown = names.stream().sorted().limit(MOST_IN_A_MESSAGE).collect(Collectors.joining(", "));
        return names.size() <= MOST_IN_A_MESSAGE ? "[" + shown + "]" : "[" + shown + ", … of " + names.size() + "]";
    }

    static int atLeastOne(String field, String value) {
        try {
            int number = Integer.parseInt(value);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            // answered below
        }
        throw BadRequest.field(field, value, "a whole number from 1 to " + Integer.MAX_VALUE);
    }

    static boolean yesOrNo(String field, String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw BadRequest.field(field, value, "true or false");
        };
    }

    /**
     * Something that was done.
     *
     * @param audited what was done, and on what
     * @param answer the new state
     */
    record Change(Map<String, Object> audited, Object answer) {}
}
