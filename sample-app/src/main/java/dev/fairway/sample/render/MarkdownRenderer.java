package dev.fairway.sample.render;

import java.util.List;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.text.TextContentRenderer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Renders CommonMark with tables to HTML that is safe to show: raw HTML is escaped, and links lead nowhere but to {@code http},
 * {@code https} and {@code mailto}.
 *
 * <p>Thread-safe, and without state: any number of workers may share one.
 */
@Component
public final class MarkdownRenderer {
    private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());

    private final Parser parser = Parser.builder().extensions(EXTENSIONS).build();
    private final HtmlRenderer html = HtmlRenderer.builder()
            .extensions(EXTENSIONS)
            .escapeHtml(true)
            .sanitizeUrls(true)
            .percentEncodeUrls(true)
            .build();
    private final TextContentRenderer text =
            TextContentRenderer.builder().extensions(EXTENSIONS).build();

    /**
     * Renders a document.
     *
     * @param markdown its text
     * @return its HTML, and its title when it has one
     */
    public RenderedPage render(String markdown) {
        Node document = parser.parse(markdown);
        return new RenderedPage(title(document), html.render(document));
    }

    private @Nullable String title(Node document) {
        FirstHeading first = new FirstHeading();
        document.accept(first);
        String title = first.heading == null ? "" : text.render(first.heading).strip();
        return title.isEmpty() ? null : title;
    }

    private static final class FirstHeading extends AbstractVisitor {
        private @Nullable Heading heading;

        @Override
        public void visit(Heading heading) {
            if (this.heading == null) {
                this.heading = heading;
            }
        }
    }
}
