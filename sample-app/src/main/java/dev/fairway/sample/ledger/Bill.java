package dev.fairway.sample.ledger;

/**
 * What a tenant owes for.
 *
 * @param tenant the tenant
 * @param documents how many documents were printed for it; one that was printed again counts again
 * @param characters how many characters they had, as HTML
 */
public record Bill(String tenant, long documents, long characters) {}
