package dev.fairway.sample.desk;

/**
 * A tenant at a glance.
 *
 * @param tenant its name
 * @param documents how many documents of its are printed
 * @param waiting how many wait
 * @param running how many are being printed
 */
public record TenantSummary(String tenant, long documents, int waiting, int running) {}
