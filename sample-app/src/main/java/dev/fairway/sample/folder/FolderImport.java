package dev.fairway.sample.folder;

import dev.fairway.RejectedTaskException;
import dev.fairway.sample.desk.DocumentTooLargeException;
import dev.fairway.sample.desk.Intake;
import dev.fairway.sample.desk.InvalidInputException;
import dev.fairway.sample.desk.PrintDesk;
import dev.fairway.sample.desk.PrintJob;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/**
 * Imports a folder when the application starts, and says how it went. The web server answers meanwhile; the application is
 * ready when everything is printed.
 */
@Component
class FolderImport implements ApplicationRunner {
    private static final Logger log = LoggerFactory.getLogger(FolderImport.class);

    private final ImportSource source;
    private final Intake intake;
    private final PrintDesk desk;
    private final ImportTally tally;

    FolderImport(ImportSource source, Intake intake, PrintDesk desk, ImportTally tally) {
        this.source = source;
        this.intake = intake;
        this.desk = desk;
        this.tally = tally;
    }

    @Override
    public void run(ApplicationArguments arguments) throws IOException {
        Path folder = source.folder();
        if (folder == null) {
            log.info("Nothing to import; --import=DIR imports the Markdown files of a directory");
            return;
        }
        long begin = System.nanoTime();
        MarkdownFolder markdown = new MarkdownFolder(folder);
        List<MarkdownFile> files = markdown.files();
        try {
            int unreadable = putAll(files);
            report(markdown.root(), tally.awaitAll(), unreadable, System.nanoTime() - begin);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.warn("The import of {} was interrupted", markdown.root());
        }
    }

    /** {@return how many files could not be handed in} Waits for room in the tenants' queues. */
    private int putAll(List<MarkdownFile> files) throws InterruptedException {
        int refused = 0;
        for (int i = 0; i < files.size(); i++) {
            MarkdownFile file = files.get(i);
            PrintJob job;
            try {
                job = job(file);
            } catch (IOException | InvalidInputException | DocumentTooLargeException e) {
                log.warn("Cannot be imported: {}: {}", file.path(), e.getMessage());
                refused++;
                continue;
            }
            tally.expect(job);
            try {
                desk.put(job);
            } catch (RejectedTaskException e) {
                tally.refused(job);
                log.warn(
                        "The import ends at {}, {} files were not handed in: {}",
                        file.path(),
                        files.size() - i,
                        e.getMessage());
                return refused + files.size() - i;
            }
        }
        return refused;
    }

    private PrintJob job(MarkdownFile file) throws IOException {
        intake.checkSize(Files.size(file.path()));
        try (InputStream in = Files.newInputStream(file.path())) {
            return intake.job(file.id(), file.tenant(), file.title(), intake.read(in));
        }
    }

    private static void report(Path folder, ImportTally.Result result, int refused, long nanos) {
        log.info(
                "Imported {}: {} documents of {} tenants printed in {} ms, {} failed, {} cancelled, {} not handed in",
                folder,
                result.printed(),
                result.waits().size(),
                Duration.ofNanos(nanos).toMillis(),
                result.failed(),
                result.cancelled(),
                refused);
        result.waits()
                .forEach((tenant, waits) -> log.info(
                        "  {}: {} documents, wait {} ms in the mean, {} ms at the most",
                        tenant,
                        waits.documents(),
                        millis(waits.mean()),
                        millis(waits.longest())));
    }

    private static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.1f", duration.toNanos() / 1e6);
    }
}
