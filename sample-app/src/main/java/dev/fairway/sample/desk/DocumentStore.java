package dev.fairway.sample.desk;

import dev.fairway.sample.render.RenderedPage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The documents in the database. The SQL is that of H2 and of PostgreSQL. */
@Repository
class DocumentStore {
    private static final String UNTITLED = "Untitled";

    private final JdbcClient jdbc;

    DocumentStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Stores a document, in place of an earlier one of that id; returns its title. */
    @Transactional
    public String store(PrintJob job, RenderedPage page, String renderer) {
        String title = title(job, page);
        jdbc.sql("delete from document where id = ?").param(job.id()).update();
        jdbc.sql("insert into document (id, tenant, title, html, accepted_at, printed_at, rendered_by)"
                        + " values (?, ?, ?, ?, ?, ?, ?)")
                .param(job.id())
                .param(job.tenant())
                .param(title)
                .param(page.html())
                .param(job.acceptedAt().atOffset(ZoneOffset.UTC))
                .param(Instant.now().atOffset(ZoneOffset.UTC))
                .param(renderer)
                .update();
        return title;
    }

    private static String title(PrintJob job, RenderedPage page) {
        String title = job.title() != null ? job.title() : page.heading();
        if (title == null) {
            return UNTITLED;
        }
        String oneLine = title.replaceAll("\\s+", " ");
        if (oneLine.length() <= Intake.MAX_TITLE) {
            return oneLine;
        }
        boolean pair = Character.isHighSurrogate(oneLine.charAt(Intake.MAX_TITLE - 1));
        return oneLine.substring(0, pair ? Intake.MAX_TITLE - 1 : Intake.MAX_TITLE);
    }

    Optional<DocumentText> find(String tenant, UUID id) {
        return jdbc.sql("select title, html, rendered_by, announced from document where id = ? and tenant = ?")
                .param(id)
                .param(tenant)
                .query((row, n) -> new DocumentText(
                        row.getString("title"),
                        row.getString("html"),
                        row.getString("rendered_by"),
                        row.getObject("announced", Long.class)))
                .optional();
    }

    /** Newest first. */
    List<PrintedDocument> list(String tenant, long before, int limit) {
        return jdbc.sql(
                        "select number, id, title, accepted_at, printed_at, rendered_by, announced from document where tenant = ? and number < ?"
                                + " order by number desc fetch first " + limit + " rows only")
                .param(tenant)
                .param(before)
                .query(DocumentStore::printed)
                .list();
    }

    boolean hasTenant(String tenant) {
        return jdbc.sql("select 1 from document where tenant = ? fetch first 1 rows only")
                .param(tenant)
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    Map<String, Long> countByTenant() {
        return jdbc
                .sql("select tenant, count(*) as documents from document group by tenant")
                .query((row, n) -> Map.entry(row.getString("tenant"), row.getLong("documents")))
                .list() // a stream of the query's own would keep its connection until it is closed
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static PrintedDocument printed(ResultSet row, int number) throws SQLException {
        return new PrintedDocument(
                row.getLong("number"),
                row.getObject("id", UUID.class),
                row.getString("title"),
                row.getObject("accepted_at", OffsetDateTime.class).toInstant(),
                row.getObject("printed_at", OffsetDateTime.class).toInstant(),
                row.getString("rendered_by"),
                row.getObject("announced", Long.class));
    }
}
