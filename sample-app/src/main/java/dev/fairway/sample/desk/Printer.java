package dev.fairway.sample.desk;

import dev.fairway.Completed;
import dev.fairway.sample.ledger.DocumentPrinted;
import dev.fairway.sample.ledger.PrintLedger;
import dev.fairway.sample.render.RenderedPage;
import dev.fairway.sample.render.Renderer;
import dev.fairway.spring.Coordinated;
import dev.fairway.spring.FairProcessor;
import dev.fairway.spring.TaskProcessor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * What the scheduler's workers do: let a renderer render a document, the one that has last worked for the tenant if it is free;
 * then, unless the tenant has cancelled it meanwhile, store it and announce it.
 */
@Component
@FairProcessor("render")
class Printer implements TaskProcessor<PrintJob, Completed<RenderedPage>> {
    private final Coordinated<Renderer> renderers;
    private final DocumentStore store;
    private final PrintLedger ledger;
    private final Map<String, String> lastRenderers = new ConcurrentHashMap<>();

    Printer(Coordinated<Renderer> renderers, DocumentStore store, PrintLedger ledger) {
        this.renderers = renderers;
        this.store = store;
        this.ledger = ledger;
    }

    @Override
    public Completed<RenderedPage> process(PrintJob job) {
        String last = lastRenderers.get(job.tenant());
        var chosen = last == null ? renderers.any() : renderers.prefer(last);
        Completed<RenderedPage> rendered = chosen.submit(renderer -> renderer.render(job.tenant(), job.markdown()))
                .join();
        lastRenderers.put(job.tenant(), rendered.worker());
        return rendered;
    }

    @Override
    public void commit(PrintJob job, Completed<RenderedPage> rendered) throws InterruptedException {
        String title = store.store(job, rendered.result(), rendered.worker());
        ledger.announce(new DocumentPrinted(
                job.id(), job.tenant(), title, rendered.result().html()));
    }
}
