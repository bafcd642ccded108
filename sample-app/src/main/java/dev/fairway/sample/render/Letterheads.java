package dev.fairway.sample.render;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionTemplate;

/** The tenants' letterheads in the database, and how often each was changed since the application has started. */
@Repository
public class Letterheads {
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final AtomicLong changes = new AtomicLong();
    private final Map<String, Long> versions = new ConcurrentHashMap<>();

    Letterheads(JdbcClient jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /** A number that another letterhead of the tenant does not have. */
    long version(String tenant) {
        return versions.getOrDefault(tenant, 0L);
    }

    /**
     * {@return a tenant's letterhead}
     *
     * @param tenant the tenant
     */
    public Optional<Letterhead> find(String tenant) {
        return jdbc.sql("select markdown from letterhead where tenant = ?")
                .param(tenant)
                .query(String.class)
                .optional()
                .map(Letterhead::parse);
    }

    /**
     * Gives a tenant a letterhead, in place of the one it has. Documents that are rendered from now on have it.
     *
     * @param tenant the tenant
     * @param letterhead its letterhead
     */
    public void put(String tenant, Letterhead letterhead) {
        transaction.executeWithoutResult(status -> {
            jdbc.sql("delete from letterhead where tenant = ?").param(tenant).update();
            jdbc.sql("insert into letterhead (tenant, markdown) values (?, ?)")
                    .param(tenant)
                    .param(letterhead.markdown())
                    .update();
        });
        versions.put(tenant, changes.incrementAndGet());
    }

    /**
     * Takes a tenant's letterhead away.
     *
     * @param tenant the tenant
     * @return whether it had one
     */
    public boolean remove(String tenant) {
        int removed = jdbc.sql("delete from letterhead where tenant = ?")
                .param(tenant)
                .update();
        versions.put(tenant, changes.incrementAndGet());
        return removed > 0;
    }
}
