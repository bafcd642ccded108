package dev.fairway.sample.desk;

import dev.fairway.sample.render.MarkdownRenderer;
import dev.fairway.sample.render.RenderedPage;
import dev.fairway.spring.FairProcessor;
import dev.fairway.spring.TaskProcessor;
import org.springframework.stereotype.Component;

/** What the workers do: render a document, then, unless its tenant has cancelled it meanwhile, store it. */
@Component
@FairProcessor("render")
class Printer implements TaskProcessor<PrintJob, RenderedPage> {
    private final MarkdownRenderer renderer;
    private final DocumentStore store;

    Printer(MarkdownRenderer renderer, DocumentStore store) {
        this.renderer = renderer;
        this.store = store;
    }

    @Override
    public RenderedPage process(PrintJob job) {
        return renderer.render(job.markdown());
    }

    @Override
    public void commit(PrintJob job, RenderedPage page) {
        store.store(job, page);
    }
}
