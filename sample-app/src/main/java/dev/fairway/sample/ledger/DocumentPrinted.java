package dev.fairway.sample.ledger;

import java.util.UUID;

/**
 * A document was stored.
 *
 * @param id its id
 * @param tenant its tenant
 * @param title its title
 * @param html its body
 */
public record DocumentPrinted(UUID id, String tenant, String title, String html) {}
