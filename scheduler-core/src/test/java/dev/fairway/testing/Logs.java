package dev.fairway.testing;

import dev.fairway.testing.TestLoggers.Entry;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What is logged during one test. */
public final class Logs implements BeforeEachCallback, AfterEachCallback {
    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    @Override
    public void beforeEach(ExtensionContext context) {
        TestLoggers.add(entries);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        TestLoggers.remove(entries);
    }

    /** The messages of what is at least a warning. */
    public List<String> warnings() {
        return entries.stream()
                .filter(entry -> entry.level().getSeverity() >= Level.WARNING.getSeverity())
                .map(Entry::message)
                .toList();
    }

    /** How often this very failure was logged. */
    public long count(Throwable failure) {
        return entries.stream().filter(entry -> entry.thrown() == failure).count();
    }
}
