package dev.fairway.sample.ledger;

import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The documents in the database as the ledger sees them: announced at a timestamp, or not yet. */
@Repository
class PrintedDocuments {
    private final JdbcClient jdbc;

    PrintedDocuments(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void announced(UUID id, long timestamp) {
        jdbc.sql("update document set announced = ? where id = ?")
                .param(timestamp)
                .param(id)
                .update();
    }

    /** The highest timestamp that an earlier run of the application has used. */
    long lastTimestamp() {
        Long last = jdbc.sql("select greatest((select coalesce(max(announced), 0) from document),"
                        + " (select coalesce(max(counted_to), 0) from bill))")
                .query(Long.class)
                .single();
        return last == null ? 0 : last;
    }

    /** All, in the order in which they were printed. */
    void forEach(Consumer<DocumentPrinted> action) {
        rows("order by number").forEach(row -> action.accept(row.document()));
    }

    /** Stored, and then the application ended. */
    List<DocumentPrinted> notAnnounced() {
        return rows("where announced is null order by number").stream()
                .map(Row::document)
                .toList();
    }

    /** Announced, and then the application ended. */
    void forEachNotCharged(ChargeAction action) {
        rows("where announced > coalesce((select counted_to from bill where bill.tenant = document.tenant), 0)"
                        + " order by announced")
                .forEach(row -> {
                    if (row.announced() != null) {
                        action.charge(row.document(), row.announced());
                    }
                });
    }

    private List<Row> rows(String which) {
        return jdbc.sql("select id, tenant, title, html, announced from document " + which)
                .query((row, n) -> new Row(
                        new DocumentPrinted(
                                row.getObject("id", UUID.class),
                                row.getString("tenant"),
                                row.getString("title"),
                                row.getString("html")),
                        row.getObject("announced", Long.class)))
                .list();
    }

    /** What is done with a document that no bill counts. */
    @FunctionalInterface
    interface ChargeAction {
        void charge(DocumentPrinted document, long timestamp);
    }

    private record Row(DocumentPrinted document, @Nullable Long announced) {}
}
