package dev.fairway.sample;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The application as a process of its own, with its output in a file. */
final class DeskProcess implements AutoCloseable {
    private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");

    private final Process process;
    private final Path log;

    private DeskProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static DeskProcess start(Path log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                PrintDeskApplication.class.getName(),
                "--server.port=0",
                "--import=none"));
        command.addAll(List.of(arguments));
        return new DeskProcess(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log);
    }

    DeskClient awaitClient() {
        String port = await().atMost(Duration.ofSeconds(40))
                .until(() -> find(STARTED), Optional::isPresent)
                .orElseThrow();
        return new DeskClient(Integer.parseInt(port));
    }

    private Optional<String> find(Pattern pattern) throws IOException {
        Matcher matcher = pattern.matcher(log());
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** As {@code kill -TERM} does it. */
    void terminate() {
        process.destroy();
    }

    int awaitEnd() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
