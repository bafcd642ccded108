package dev.fairway.internal;

import java.util.Collection;
import java.util.Objects;
import java.util.stream.Collectors;

/** Names in arguments and in messages. */
public final class Names {
    private static final int MOST_IN_A_MESSAGE = 10;

    private Names() {}

    public static String check(String what, String name) {
        Objects.requireNonNull(name, "name");
        if (name.isBlank()) {
            throw new IllegalArgumentException(what + " name must not be blank: '" + name + "'");
        }
        return name;
    }

    /** At most ten, then how many there are. */
    public static String list(Collection<String> names) {
        String shown = names.stream().sorted().limit(MOST_IN_A_MESSAGE).collect(Collectors.joining(", "));
        return names.size() <= MOST_IN_A_MESSAGE ? "[" + shown + "]" : "[" + shown + ", … of " + names.size() + "]";
    }
}
