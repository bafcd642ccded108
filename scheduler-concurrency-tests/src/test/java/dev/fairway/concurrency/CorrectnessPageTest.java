package dev.fairway.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page that says which test shows what names tests that there are, and leaves out none of this module. */
class CorrectnessPageTest {
    private static final Path ROOT = Path.of("..");
    private static final List<String> MODULES =
            List.of("scheduler-core", "scheduler-concurrency-tests", "scheduler-spring-boot-autoconfigure");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+)(?:\\.([A-Z]\\w+))?`");

    @Test
    void everyTestThatThePageNamesIsThere() throws IOException {
        Set<String> missing = new TreeSet<>();
        Matcher named = tables();
        while (named.find()) {
            if (!isThere(named.group(1), named.group(2))) {
                missing.add(named.group());
            }
        }
        assertThat(missing).as("named in docs/correctness.md").isEmpty();
    }

    @Test
    void everyRaceAndEveryModelIsNamed() throws IOException {
        Set<String> names = tables().results().map(result -> result.group(1)).collect(Collectors.toSet());
        try (Stream<Path> sources = sources()) {
            assertThat(sources.filter(CorrectnessPageTest::looksForRaces).map(CorrectnessPageTest::className))
                    .as("named in docs/correctness.md")
                    .isSubsetOf(names);
        }
    }

    /** The rows of the tables, without the commands. */
    private static Matcher tables() throws IOException {
        return NAMED.matcher(Files.readAllLines(ROOT.resolve("docs/correctness.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.contains("./mvnw"))
                .collect(Collectors.joining("\n")));
    }

    private static boolean isThere(String name, String nested) throws IOException {
        for (String module : MODULES) {
            try (Stream<Path> sources = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                if (sources.filter(source -> source.endsWith(name + ".java"))
                        .anyMatch(source -> nested == null || read(source).contains(" class " + nested + " "))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Stream<Path> sources() throws IOException {
        return Files.walk(ROOT.resolve("scheduler-concurrency-tests/src/test/java"))
                .filter(source -> source.toString().endsWith(".java"));
    }

    private static boolean looksForRaces(Path source) {
        return read(source)
                .lines()
                .anyMatch(line -> line.startsWith("import org.openjdk.jcstress.annotations.JCStressTest;")
                        || line.startsWith("import org.jetbrains.lincheck.datastructures.Operation;"));
    }

    private static String className(Path source) {
        return source.getFileName().toString().replace(".java", "");
    }

    private static String read(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
