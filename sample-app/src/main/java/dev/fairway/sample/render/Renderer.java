package dev.fairway.sample.render;

import dev.fairway.spring.CoordinatedTask;

/**
 * Renders documents. Each bean of it is a worker with one task at a time, so it may keep what it has made for a tenant as plain
 * state; a tenant's documents prefer the renderer that has it.
 */
@CoordinatedTask("renderers")
public interface Renderer {
    /**
     * Renders a document on its tenant's letterhead.
     *
     * @param tenant the tenant
     * @param markdown the document's text
     * @return its HTML, and its title when it has one
     */
    RenderedPage render(String tenant, String markdown);
}
