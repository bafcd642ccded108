package dev.fairway.sample.ledger;

import java.util.UUID;

/**
 * A document that a search has found.
 *
 * @param id its id
 * @param tenant its tenant
 * @param title its title
 */
public record FoundDocument(UUID id, String tenant, String title) {}
