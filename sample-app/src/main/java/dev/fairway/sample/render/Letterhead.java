package dev.fairway.sample.render;

import java.util.regex.Pattern;

/**
 * What stands above and below each of a tenant's documents.
 *
 * @param above Markdown
 * @param below Markdown
 */
public record Letterhead(String above, String below) {
    /** Where the document goes. */
    public static final String BODY = "{{body}}";

    /**
     * {@return the letterhead that a text describes}
     *
     * @param markdown Markdown with {@value #BODY} in one place
     * @throws IllegalArgumentException when it has none, or several
     */
    public static Letterhead parse(String markdown) {
        int at = markdown.indexOf(BODY);
        int places = markdown.split(Pattern.quote(BODY), -1).length - 1;
        if (places != 1) {
            throw new IllegalArgumentException("a letterhead must have " + BODY + " in one place, not in " + places);
        }
        return new Letterhead(markdown.substring(0, at), markdown.substring(at + BODY.length()));
    }

    /** {@return the text that describes it} */
    public String markdown() {
        return above + BODY + below;
    }
}
