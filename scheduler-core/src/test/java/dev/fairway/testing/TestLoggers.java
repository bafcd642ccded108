package dev.fairway.testing;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.text.MessageFormat;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Hands what is logged to the tests that listen, and to nobody else: failures that tests provoke would fill the build's
 * output.
 */
public final class TestLoggers extends System.LoggerFinder {
    private static final List<List<Entry>> LISTENING = new CopyOnWriteArrayList<>();

    /** For the service loader. */
    public TestLoggers() {}

    /** Lets a list hear. */
    public static void add(List<Entry> listening) {
        LISTENING.add(listening);
    }

    /** Lets it hear no more. */
    public static void remove(List<Entry> listening) {
        LISTENING.removeIf(each -> each == listening);
    }

    @Override
    public Logger getLogger(String name, Module module) {
        return new Sink(name);
    }

    /** Something that was logged. */
    public record Entry(
            Level level, String message, @Nullable Throwable thrown) {}

    private record Sink(String name) implements Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            return name.startsWith("dev.fairway");
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, String message, @Nullable Throwable thrown) {
            LISTENING.forEach(entries -> entries.add(new Entry(level, message, thrown)));
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, String format, @Nullable Object... parameters) {
            String message =
                    parameters == null || parameters.length == 0 ? format : MessageFormat.format(format, parameters);
            LISTENING.forEach(entries -> entries.add(new Entry(level, message, null)));
        }
    }
}
