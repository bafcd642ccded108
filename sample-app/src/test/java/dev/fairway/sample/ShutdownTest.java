package dev.fairway.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A real process, ended by a signal while documents are handed in. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no such signal")
class ShutdownTest {
    private static final Pattern ID = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    @TempDir
    Path directory;

    @Test
    void everyAcceptedDocumentIsStoredOrNamed() throws Exception {
        String database = "jdbc:h2:file:" + directory.resolve("desk") + ";DB_CLOSE_ON_EXIT=FALSE";
        Set<String> accepted = new ConcurrentSkipListSet<>();
        String log;
        try (DeskProcess process = DeskProcess.start(
                directory.resolve("log"),
                "--spring.datasource.url=" + database,
                "--management.endpoint.fairway.access=unrestricted")) {
            DeskClient desk = process.awaitClient();
            Set<String> stuck = fillAPausedQueue(desk);
            accepted.addAll(stuck);
            ExecutorService tenants = Executors.newFixedThreadPool(3);
            List<Future<?>> uploads = new ArrayList<>();
            for (String tenant : List.of("acme", "globex", "initech")) {
                uploads.add(tenants.submit(() -> uploadUntilItEnds(desk, tenant, accepted)));
            }
            await().until(() -> accepted.size() > 100);
            process.terminate();
            for (Future<?> upload : uploads) {
                upload.get();
            }
            tenants.shutdown();
            assertThat(process.awaitEnd()).as("exit code").isEqualTo(128 + 15);
            log = process.log();
            assertThat(log)
                    .containsPattern("Scheduler 'render' did not finish within \\d+ ms: .*"
                            + "channel 'stuck': 3 never ran, 0 still running");
            assertThat(named(log)).containsAll(stuck);
        }

        Set<String> stored = stored(database);
        Set<String> named = named(log);
        assertThat(named).doesNotContainAnyElementsOf(stored);
        Set<String> lost = new TreeSet<>(accepted);
        lost.removeAll(stored);
        lost.removeAll(named);
        assertThat(lost).as("accepted, not stored and not named").isEmpty();
    }

    private static Set<String> fillAPausedQueue(DeskClient desk) {
        desk.ended(desk.accepted("stuck", "# Opens the channel"));
        HttpResponse<String> paused = desk.send(desk.request("/actuator/fairway/schedulers/render/stuck")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"paused\":true}")));
        assertThat(paused.statusCode()).as(paused.body()).isEqualTo(200);
        Set<String> stuck = new TreeSet<>();
        for (int i = 0; i < 3; i++) {
            stuck.add(id(desk.accepted("stuck", "# " + i)));
        }
        return stuck;
    }

    private static void uploadUntilItEnds(DeskClient desk, String tenant, Set<String> accepted) {
        try {
            while (true) {
                HttpResponse<String> response = desk.upload(tenant, "# Hello\n\n" + "some *text* ".repeat(200));
                if (response.statusCode() == 202) {
                    accepted.add(id(response.headers().firstValue("Location").orElseThrow()));
                } else {
                    assertThat(response.statusCode()).isIn(429, 503);
                }
            }
        } catch (UncheckedIOException e) {
            // the server is gone
        }
    }

    private static String id(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }

    private static Set<String> named(String log) {
        Set<String> ids = new TreeSet<>();
        log.lines().filter(line -> line.contains("Accepted and not printed")).forEach(line -> {
            Matcher matcher = ID.matcher(line);
            while (matcher.find()) {
                ids.add(matcher.group());
            }
        });
        return ids;
    }

    private static Set<String> stored(String database) throws SQLException {
        Set<String> ids = new TreeSet<>();
        try (Connection connection = DriverManager.getConnection(database, "", "");
                ResultSet rows = connection.createStatement().executeQuery("select id from document")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }
}
