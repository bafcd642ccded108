package dev.fairway.sample.render;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.annotation.Scope;
import org.springframework.stereotype.Component;

/** A renderer that keeps the letterheads that it has rendered: reading and rendering them again would cost more than most documents. */
@Component("renderer")
@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
class LetterheadRenderer implements Renderer {
    private static final int MOST_LETTERHEADS = 64;

    private final MarkdownRenderer markdownRenderer;
    private final Letterheads letterheads;

    /** Plain state: no two threads are ever in here. */
    private final Map<String, RenderedLetterhead> warm = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, RenderedLetterhead> eldest) {
            return size() > MOST_LETTERHEADS;
        }
    };

    LetterheadRenderer(MarkdownRenderer markdownRenderer, Letterheads letterheads) {
        this.markdownRenderer = markdownRenderer;
        this.letterheads = letterheads;
    }

    @Override
    public RenderedPage render(String tenant, String markdown) {
        RenderedPage body = markdownRenderer.render(markdown);
        RenderedLetterhead letterhead = letterhead(tenant);
        return new RenderedPage(body.heading(), letterhead.above() + body.html() + letterhead.below());
    }

    private RenderedLetterhead letterhead(String tenant) {
        long version = letterheads.version(tenant);
        RenderedLetterhead known = warm.get(tenant);
        if (known == null || known.version() != version) {
            known = letterheads
                    .find(tenant)
                    .map(letterhead -> rendered(version, letterhead))
                    .orElse(new RenderedLetterhead(version, "", ""));
            warm.put(tenant, known);
        }
        return known;
    }

    private RenderedLetterhead rendered(long version, Letterhead letterhead) {
        return new RenderedLetterhead(
                version,
                markdownRenderer.render(letterhead.above()).html(),
                markdownRenderer.render(letterhead.below()).html());
    }

    /**
     * A letterhead's HTML.
     *
     * @param version which of the tenant's letterheads it is
     */
    private record RenderedLetterhead(long version, String above, String below) {}
}
