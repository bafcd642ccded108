package dev.fairway.sample.ledger;

import static java.util.Objects.requireNonNull;

import dev.fairway.dispatcher.Broadcaster;
import dev.fairway.dispatcher.SequencingDispatcher;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Service;

/** Announces printed documents, all in one order: whoever listens hears of them in that order, and knows how far it has heard. */
@Service
public final class PrintLedger {
    private final SequencingDispatcher<DocumentPrinted> dispatcher;
    private final Broadcaster<DocumentPrinted> printed;
    private final PrintedDocuments documents;

    PrintLedger(@Qualifier("ledger") SequencingDispatcher<DocumentPrinted> dispatcher, PrintedDocuments documents) {
        this.dispatcher = dispatcher;
        this.documents = documents;
        this.printed = dispatcher.broadcaster("desk");
    }

    /**
     * Announces a document that was stored. Waits while a listener is far behind.
     *
     * @param document the document
     * @return its timestamp
     * @throws InterruptedException when the caller is interrupted meanwhile; the document is announced when the application starts again
     */
    public long announce(DocumentPrinted document) throws InterruptedException {
        long timestamp = printed.broadcast(document);
        documents.announced(document.id(), timestamp);
        return timestamp;
    }

    /**
     * Waits until the search index has seen everything up to a timestamp.
     *
     * @param timestamp the timestamp
     * @param patience how long to wait
     * @return false when it has not by then
     * @throws InterruptedException when the caller is interrupted
     */
    public boolean awaitIndexed(long timestamp, Duration patience) throws InterruptedException {
        return dispatcher.awaitTimestamp("index", timestamp, patience);
    }

    /** {@return up to which timestamp the search index has seen everything} */
    public long indexed() {
        return requireNonNull(dispatcher.stats().receivers().get("index")).lastProcessed();
    }

    /** {@return how far everybody is who listens, by name} */
    public List<Listener> listeners() {
        return dispatcher.stats().receivers().entrySet().stream()
                .map(entry -> new Listener(
                        entry.getKey(),
                        entry.getValue().lastProcessed(),
                        entry.getValue().lag()))
                .toList();
    }

    /**
     * Somebody who listens.
     *
     * @param name its name
     * @param seen the timestamp up to which it has seen everything
     * @param lag how many timestamps it is behind
     */
    public record Listener(String name, long seen, long lag) {}
}
