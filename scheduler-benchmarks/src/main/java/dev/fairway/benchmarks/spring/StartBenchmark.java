package dev.fairway.benchmarks.spring;

import dev.fairway.benchmarks.Figures;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * S2: from the start of a JVM until the smallest Spring Boot application has started: without Fairway, with the starter on the class path
 * and nothing of it used, and with a scheduler, a dispatcher and a coordinator from properties. Each is a JVM of its own; in an iteration
 * they take turns. No start is warmer than another, and one is not like the next: the figures are of the medians of all so far.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class StartBenchmark {
    int turns = 3;

    private Path directory;
    private String with;
    private String without;
    private final List<Double> plain = new ArrayList<>();
    private final List<Double> unused = new ArrayList<>();
    private final List<Double> used = new ArrayList<>();

    @Setup
    public void copy() throws IOException {
        directory = Files.createTempDirectory("fairway-start");
        with = ClassPath.with(Files.createDirectory(directory.resolve("with")));
        without = ClassPath.without(Files.createDirectory(directory.resolve("without")));
    }

    @Benchmark
    public void start() throws IOException, InterruptedException {
        for (int turn = 0; turn < turns; turn++) {
            plain.add(start(without));
            unused.add(start(with));
            used.add(start(
                    with,
                    "--fairway.schedulers.render.workers=2",
                    "--fairway.dispatchers.ledger.receivers=index",
                    "--fairway.coordinators.cats.capacity=100"));
        }
    }

    private static double start(String classPath, String... properties) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                StartedApplication.class.getName(),
                "--spring.main.banner-mode=off"));
        command.addAll(List.of(properties));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        StringBuilder output = new StringBuilder();
        double started = Double.NaN;
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                output.append(line).append('\n');
                if (line.startsWith(StartedApplication.PREFIX)) {
                    started = Double.parseDouble(
                            line.substring(StartedApplication.PREFIX.length()).replaceFirst(" .*", ""));
                }
            }
        }
        if (process.waitFor() != 0 || Double.isNaN(started)) {
            throw new IllegalStateException("the application has not started:\n" + output);
        }
        return started;
    }

    @TearDown(Level.Iteration)
    public void report() {
        double base = median(plain);
        Figures.put("started.without", base, "ms");
        Figures.put("share.unused", median(unused) - base, "ms");
        Figures.put("share.used", median(used) - base, "ms");
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    @TearDown
    public void delete() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
