package dev.fairway.sample.web;

import dev.fairway.sample.desk.CancelledQueue;
import dev.fairway.sample.desk.InvalidInputException;
import dev.fairway.sample.desk.PrintDesk;
import dev.fairway.sample.desk.PrintedDocument;
import dev.fairway.sample.desk.TenantSummary;
import dev.fairway.sample.desk.Tenants;
import java.util.List;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Tenants, their printed documents, and their queues. */
@RestController
@RequestMapping("/tenants")
class TenantController {
    private static final int MAX_LIMIT = 1_000;

    private final PrintDesk desk;

    TenantController(PrintDesk desk) {
        this.desk = desk;
    }

    @GetMapping
    List<TenantSummary> tenants() {
        return desk.tenants();
    }

    @GetMapping("/{tenant}/documents")
    List<PrintedDocument> documents(
            @PathVariable String tenant,
            @RequestParam(defaultValue = "" + Long.MAX_VALUE) long before,
            @RequestParam(defaultValue = "100") int limit) {
        Tenants.check(tenant);
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new InvalidInputException(
                    "limit", String.valueOf(limit), "limit must be from 1 to " + MAX_LIMIT + ", not " + limit);
        }
        return desk.documents(tenant, before, limit);
    }

    @DeleteMapping("/{tenant}/queue")
    CancelledQueue cancel(@PathVariable String tenant) {
        return desk.cancel(Tenants.check(tenant));
    }
}
