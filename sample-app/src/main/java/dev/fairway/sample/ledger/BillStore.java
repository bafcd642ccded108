package dev.fairway.sample.ledger;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The bills in the database. Each knows up to which timestamp it counts, so counting a document again changes nothing. */
@Repository
class BillStore {
    private final JdbcClient jdbc;

    BillStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Transactional
    public void charge(String tenant, int characters, long timestamp) {
        int known = jdbc.sql("select count(*) from bill where tenant = ?")
                .param(tenant)
                .query(Integer.class)
                .single();
        if (known == 0) {
            jdbc.sql("insert into bill (tenant, documents, characters, counted_to) values (?, 0, 0, 0)")
                    .param(tenant)
                    .update();
        }
        jdbc.sql("update bill set documents = documents + 1, characters = characters + ?, counted_to = ?"
                        + " where tenant = ? and counted_to < ?")
                .param(characters)
                .param(timestamp)
                .param(tenant)
                .param(timestamp)
                .update();
    }

    List<Bill> all() {
        return jdbc.sql("select tenant, documents, characters from bill order by tenant")
                .query((row, n) ->
                        new Bill(row.getString("tenant"), row.getLong("documents"), row.getLong("characters")))
                .list();
    }
}
