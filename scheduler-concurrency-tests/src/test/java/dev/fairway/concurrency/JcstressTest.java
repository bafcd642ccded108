package dev.fairway.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Runs jcstress, in a JVM of its own that starts others, on the JDK of this one. Any outcome that is forbidden, an actor that throws
 * and one that does not come back fail it.
 *
 * <p>There are few states at a time: an operation takes microseconds here and a state may need threads, so what jcstress would choose for plain
 * memory accesses is far too much. The quick run gives each test 200 ms, on JDK 17 once with biased locking and once without. The full
 * one gives it 2 s in each of the ways in which jcstress has it compiled.
 */
class JcstressTest {
    private static final boolean FULL = Boolean.getBoolean("fairway.concurrency.full");
    private static final Pattern RESULTS = Pattern.compile("Results: (\\d+) planned; (\\d+) passed, (\\d+) failed");

    private static final List<String> SHAPE =
            List.of("-af", "NONE", "-spinStyle", "THREAD_YIELD", "-hs", "256", "-strideSize", "8", "-strideCount", "8");
    private static final List<String> QUICK =
            List.of("-f", "1", "-iters", "1", "-time", "200", "-sc", "false", "-jvmArgs", "-Xmx256m");
    private static final List<String> THOROUGH =
            List.of("-f", "1", "-fsm", "2", "-iters", "2", "-time", "1000", "-sc", "false");

    @Test
    @Timeout(value = 6, unit = TimeUnit.HOURS)
    void noForbiddenOutcomeIsEverSeen() throws IOException, InterruptedException {
        Path results = Files.createDirectories(Path.of("target", "jcstress"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "org.openjdk.jcstress.Main",
                "-t",
                System.getProperty("fairway.jcstress", ".*"),
                "-r",
                results.resolve("report").toAbsolutePath().toString()));
        command.addAll(SHAPE);
        command.addAll(FULL ? THOROUGH : QUICK);
        File output = results.resolve("output.txt").toFile();
        Process jcstress = new ProcessBuilder(command)
                .directory(results.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        try {
            int exit = jcstress.waitFor();
            String said = Files.readString(output.toPath());
            assertThat(exit).as("exit of jcstress, which said: %s", said).isZero();
            assertThat(said).as("a test with more actors than processors").doesNotContain("would not run");
            Matcher summary = RESULTS.matcher(said);
            String passed = "none";
            String planned = "unknown";
            while (summary.find()) {
                planned = summary.group(1);
                passed = summary.group(2);
            }
            assertThat(passed).as("passed of %s planned: %s", planned, said).isEqualTo(planned);
        } finally {
            jcstress.descendants().forEach(ProcessHandle::destroyForcibly);
            jcstress.destroyForcibly();
        }
    }
}
