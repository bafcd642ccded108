package dev.fairway.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

@ExtendWith(OutputCaptureExtension.class)
class FolderImportTest {
    @TempDir
    Path root;

    @Test
    void eachFirstLevelFolderIsATenant(CapturedOutput output) throws IOException {
        Path library = root.resolve("library");
        write(library.resolve("README.md"), "# Library");
        write(library.resolve("acme/a.md"), "# A");
        write(library.resolve("acme/deep/er/b.MARKDOWN"), "# B");
        write(library.resolve("Two Words/c.md"), "# C");
        write(library.resolve("acme/notes.txt"), "no Markdown");
        write(library.resolve(".git/hidden.md"), "# Hidden");
        write(library.resolve("acme/target/built.md"), "# Built");
        try (RunningDesk running = RunningDesk.start("--import=" + library)) {
            DeskClient desk = running.client;
            assertThat(desk.get("/tenants").body())
                    .isEqualTo("[{\"tenant\":\"Two-Words\",\"documents\":1,\"waiting\":0,\"running\":0},"
                            + "{\"tenant\":\"acme\",\"documents\":2,\"waiting\":0,\"running\":0},"
                            + "{\"tenant\":\"library\",\"documents\":1,\"waiting\":0,\"running\":0}]");
            JsonNode documents = desk.json(desk.get("/tenants/acme/documents"));
            assertThat(documents.findValuesAsString("title")).containsExactlyInAnyOrder("a.md", "deep/er/b.MARKDOWN");
            assertThat(output)
                    .contains("Imported " + library + ": 4 documents of 3 tenants printed in ")
                    .contains(", 0 failed, 0 cancelled, 0 not handed in")
                    .contains("  acme: 2 documents, wait ");
        }
    }

    @Test
    void moreFilesThanAQueueHoldsWaitForRoom() throws IOException {
        for (int i = 0; i < 50; i++) {
            write(root.resolve("acme/" + i + ".md"), "# " + i);
        }
        try (RunningDesk running =
                RunningDesk.start("--import=" + root, "--fairway.schedulers.render.channel-defaults.capacity=1")) {
            assertThat(running.client.json(running.client.get("/tenants/acme/documents")))
                    .hasSize(50);
        }
    }

    @Test
    void badFilesAreNamedAndTheOthersImported(CapturedOutput output) throws IOException {
        write(root.resolve("acme/good.md"), "# Good");
        write(root.resolve("acme/empty.md"), "");
        write(root.resolve("acme/large.md"), "a".repeat(1001));
        Files.write(root.resolve("acme/latin1.md"), "Grüße".getBytes(StandardCharsets.ISO_8859_1));
        try (RunningDesk running = RunningDesk.start("--import=" + root, "--print-desk.max-document-size=1000B")) {
            assertThat(running.client.json(running.client.get("/tenants/acme/documents")))
                    .hasSize(1);
            assertThat(output)
                    .contains("acme/empty.md: the document is empty: 0 bytes with no text")
                    .contains("acme/large.md: the document has 1001 bytes; at most 1000 are accepted")
                    .contains("acme/latin1.md: the document is not UTF-8: byte 0xFC at position 2")
                    .contains(": 1 documents of 1 tenants printed in ")
                    .contains("3 not handed in");
        }
    }

    @Test
    void aFileThatIsImportedAgainReplacesItsDocument() throws IOException {
        String database = "--spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
        write(root.resolve("acme/a.md"), "# Old");
        try (RunningDesk running = RunningDesk.start("--import=" + root, database)) {
            assertThat(running.client.json(running.client.get("/tenants/acme/documents")))
                    .hasSize(1);
        }
        write(root.resolve("acme/a.md"), "# New");
        try (RunningDesk running = RunningDesk.start("--import=" + root, database)) {
            JsonNode documents = running.client.json(running.client.get("/tenants/acme/documents"));
            assertThat(documents).hasSize(1);
            String location =
                    "/tenants/acme/documents/" + documents.get(0).path("id").asString();
            assertThat(running.client.get(location).body()).contains("<h1>New</h1>");
        }
    }

    @Test
    void nothingIsImportedWhenNobodyAsks(CapturedOutput output) {
        try (RunningDesk running = RunningDesk.start("--import=")) {
            assertThat(running.client.get("/tenants").body()).contains("acme").doesNotContain("docs");
            assertThat(output).contains("Nothing to import");
        }
    }

    @Test
    void aDirectoryThatDoesNotExistIsNamed(CapturedOutput output) {
        Path missing = root.resolve("missing");
        assertThatThrownBy(() -> RunningDesk.start("--import=" + missing))
                .hasRootCauseMessage("--import=" + missing + ": the directory " + missing + " does not exist.");
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("the directory " + missing + " does not exist.")
                .contains("--import=none");
    }

    @Test
    void aFileIsNoDirectory() throws IOException {
        Path file = root.resolve("file.md");
        write(file, "# File");
        assertThatThrownBy(() -> RunningDesk.start("--import=" + file))
                .hasRootCauseMessage("--import=" + file + ": " + file + " is not a directory.");
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
