package dev.fairway.sample.ledger;

import dev.fairway.spring.ClockedListener;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Listens to the ledger, and finds documents by their words. */
@Service
public class Index {
    private final SearchIndex words = new SearchIndex();

    /** What was printed before this start is not announced again. */
    Index(PrintedDocuments documents) {
        documents.forEach(words::add);
    }

    @ClockedListener(dispatcher = "ledger", receiver = "index")
    void add(DocumentPrinted document) {
        words.add(document);
    }

    /**
     * {@return the documents with all the words of a query, the last printed first}
     *
     * @param query words
     * @param tenant only this tenant's; null for all
     * @param limit how many at the most
     */
    public List<FoundDocument> find(String query, @Nullable String tenant, int limit) {
        return words.find(query, tenant, limit);
    }
}
