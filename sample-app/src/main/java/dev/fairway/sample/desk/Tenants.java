package dev.fairway.sample.desk;

import java.util.regex.Pattern;

/** Names of tenants: they stand in URLs, meters, logs and tables. */
public final class Tenants {
    static final int MAX_LENGTH = 64;

    private static final Pattern LEGAL = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}._-]*");
    private static final Pattern ILLEGAL_PART = Pattern.compile("[^\\p{L}\\p{M}\\p{N}._-]+");
    private static final Pattern ILLEGAL_START = Pattern.compile("^[^\\p{L}\\p{N}]+");

    private Tenants() {}

    /**
     * Checks a name.
     *
     * @param name what may be a tenant's name
     * @return the name
     * @throws InvalidInputException when it is not
     */
    public static String check(String name) {
        if (name.isBlank()) {
            throw new InvalidInputException("tenant", name, "tenant name must not be blank: '" + name + "'");
        }
        if (name.length() > MAX_LENGTH) {
            throw new InvalidInputException(
                    "tenant",
                    name,
                    "tenant name must have at most " + MAX_LENGTH + " characters, not " + name.length() + ": '" + name
                            + "'");
        }
        if (!LEGAL.matcher(name).matches()) {
            throw new InvalidInputException(
                    "tenant",
                    name,
                    "tenant name must be letters, digits, '.', '_' and '-', and begin with a letter or digit: '" + name
                            + "'");
        }
        return name;
    }

    /**
     * {@return the tenant of a folder} What cannot stand in a tenant's name is left out or becomes a hyphen.
     *
     * @param folder the folder's name
     */
    public static String ofFolder(String folder) {
        String name = ILLEGAL_PART.matcher(folder).replaceAll("-");
        name = ILLEGAL_START.matcher(name).replaceFirst("");
        name = name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH) : name;
        return name.isEmpty() ? "files" : name;
    }
}
