package dev.fairway.scheduler;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What Fairway logs during one test. */
final class Logs implements BeforeEachCallback, AfterEachCallback {
    private final Logger logger = Logger.getLogger("dev.fairway");
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord event) {
            records.add(event);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @Override
    public void beforeEach(ExtensionContext context) {
        handler.setLevel(Level.ALL);
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    List<LogRecord> records() {
        return List.copyOf(records);
    }

    /** The messages as they are printed, of what is at least a warning. */
    List<String> warnings() {
        SimpleFormatter formatter = new SimpleFormatter();
        return records.stream()
                .filter(event -> event.getLevel().intValue() >= Level.WARNING.intValue())
                .map(formatter::formatMessage)
                .toList();
    }
}
