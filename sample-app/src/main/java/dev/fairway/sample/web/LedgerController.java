package dev.fairway.sample.web;

import dev.fairway.sample.desk.InvalidInputException;
import dev.fairway.sample.desk.Tenants;
import dev.fairway.sample.ledger.Bill;
import dev.fairway.sample.ledger.Billing;
import dev.fairway.sample.ledger.FoundDocument;
import dev.fairway.sample.ledger.Index;
import dev.fairway.sample.ledger.PrintLedger;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What those know who listen to the ledger. */
@RestController
class LedgerController {
    private static final int MAX_LIMIT = 1_000;

    private final PrintLedger ledger;
    private final Index index;
    private final Billing billing;
    private final SearchProperties properties;

    LedgerController(PrintLedger ledger, Index index, Billing billing, SearchProperties properties) {
        this.ledger = ledger;
        this.index = index;
        this.billing = billing;
        this.properties = properties;
    }

    /** Who has the timestamp of a document finds that document, and all before it. */
    @GetMapping("/search")
    ResponseEntity<?> search(
            @RequestParam String q,
            @RequestParam(required = false) @Nullable String tenant,
            @RequestParam(defaultValue = "0") long after,
            @RequestParam(defaultValue = "100") int limit)
            throws InterruptedException {
        if (q.isBlank()) {
            throw new InvalidInputException("q", q, "q must have a word in it: '" + q + "'");
        }
        if (after < 0) {
            throw new InvalidInputException("after", String.valueOf(after), "after must not be negative, not " + after);
        }
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new InvalidInputException(
                    "limit", String.valueOf(limit), "limit must be from 1 to " + MAX_LIMIT + ", not " + limit);
        }
        if (!ledger.awaitIndexed(after, properties.patience())) {
            return ResponseEntity.of(late(after)).build();
        }
        List<FoundDocument> found = index.find(q, tenant == null ? null : Tenants.check(tenant), limit);
        return ResponseEntity.ok(found.stream().map(Hit::of).toList());
    }

    private ProblemDetail late(long after) {
        long indexed = ledger.indexed();
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                HttpStatus.GATEWAY_TIMEOUT,
                "the index has not seen timestamp " + after + " within "
                        + properties.patience().toMillis() + " ms: it has seen everything up to " + indexed);
        problem.setProperty("after", after);
        problem.setProperty("indexed", indexed);
        return problem;
    }

    @GetMapping("/ledger")
    List<PrintLedger.Listener> listeners() {
        return ledger.listeners();
    }

    @GetMapping("/bills")
    List<Bill> bills() {
        return billing.bills();
    }

    /**
     * A document that was found.
     *
     * @param tenant its tenant
     * @param title its title
     * @param href where it is
     */
    record Hit(String tenant, String title, String href) {
        static Hit of(FoundDocument document) {
            return new Hit(
                    document.tenant(),
                    document.title(),
                    DocumentController.location(document.tenant(), document.id())
                            .toString());
        }
    }
}
