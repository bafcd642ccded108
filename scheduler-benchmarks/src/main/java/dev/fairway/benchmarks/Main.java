package dev.fairway.benchmarks;

import dev.fairway.benchmarks.memory.Memory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks.
 *
 * <pre>
 * java -jar benchmarks.jar short [regex]    one fork of each, about half an hour
 * java -jar benchmarks.jar full [regex]     five forks of each, some hours
 * java -jar benchmarks.jar goals [regex]    five forks of those by which the goals are judged, about an hour
 * java -jar benchmarks.jar memory           the heap that idle objects keep
 * java -jar benchmarks.jar plot file.json   an SVG for each figure by which a goal is judged, beside the file that one of the above has written
 * java -jar benchmarks.jar …                anything else is for JMH: -h shows what it knows
 * </pre>
 *
 * <p>The first three write {@code target/benchmarks/<set>-jdk<version>.json} and {@code .md}. They run one fork of every
 * benchmark, then the next one of every benchmark, and so on: what disturbs the machine for a while disturbs all alike.
 */
public final class Main {
    private enum Plan {
        SHORT(1, 2, 3, 1),
        FULL(5, 3, 3, 2),
        GOALS(5, 3, 3, 2);

        final int rounds;
        final int warmups;
        final int iterations;
        final int seconds;

        Plan(int rounds, int warmups, int iterations, int seconds) {
            this.rounds = rounds;
            this.warmups = warmups;
            this.iterations = iterations;
            this.seconds = seconds;
        }
    }

    private static final Path DIRECTORY = Path.of("target", "benchmarks");
    private static final int OBJECTS = 10_000;
    private static final int FIRST_JAVA_THAT_WARNS_OF_UNSAFE = 23;

    private Main() {}

    /**
     * Runs the benchmarks.
     *
     * @param args see the class
     * @throws Exception when JMH fails
     */
    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("short")) {
            run(Plan.SHORT, args);
        } else if (args.length > 0 && args[0].equals("full")) {
            run(Plan.FULL, args);
        } else if (args.length > 0 && args[0].equals("goals")) {
            run(Plan.GOALS, args);
        } else if (args.length == 2 && args[0].equals("plot")) {
            plot(Path.of(args[1]));
        } else if (args.length == 1 && args[0].equals("memory")) {
            System.out.println(how(args) + "\n\n" + Memory.table(OBJECTS));
        } else {
            org.openjdk.jmh.Main.main(args);
        }
    }

    private static void plot(Path json) throws IOException {
        Measurements measurements = Measurements.ofJson(Files.readString(json));
        for (Map.Entry<String, List<Measurement>> each :
                Plot.drawings(measurements).entrySet()) {
            Path file = json.resolveSibling(each.getKey() + ".svg");
            Files.writeString(file, Plot.svg(each.getKey(), each.getValue()));
            System.out.println(file);
        }
    }

    private static void run(Plan plan, String[] args) throws RunnerException {
        String regex = args.length > 1 ? args[1] : ".*";
        Map<String, RunResult> merged = new LinkedHashMap<>();
        String report = "";
        for (int round = 1; round <= plan.rounds; round++) {
            System.out.println("# Round " + round + " of " + plan.rounds);
            for (ChainedOptionsBuilder options : plan == Plan.GOALS ? ofGoals(regex) : List.of(options(plan, regex))) {
                merge(merged, new Runner(options.build()).run());
            }
            report = Report.markdown(Measurements.of(merged.values()), how(args));
            write(plan, merged.values(), report);
        }
        System.out.println("\n" + report);
    }

    /** Of each benchmark by which a goal is judged, those parameters. */
    private static List<ChainedOptionsBuilder> ofGoals(String regex) {
        Pattern wanted = Pattern.compile(regex);
        return Goals.ALL.stream()
                .flatMap(Goal::selectors)
                .filter(selector -> wanted.matcher(selector.benchmark()).find())
                .map(selector -> Map.entry(selector.benchmark(), selector.parameters()))
                .distinct()
                .map(each -> {
                    ChainedOptionsBuilder options = options(Plan.GOALS, "\\." + Pattern.quote(each.getKey()) + "$");
                    each.getValue().forEach(options::param);
                    return options;
                })
                .toList();
    }

    private static ChainedOptionsBuilder options(Plan plan, String regex) {
        List<String> jvmArgs = new ArrayList<>(List.of("-Xms1g", "-Xmx1g"));
        if (Runtime.version().feature() >= FIRST_JAVA_THAT_WARNS_OF_UNSAFE) {
            jvmArgs.add("--sun-misc-unsafe-memory-access=allow");
        }
        ChainedOptionsBuilder options = new OptionsBuilder().include(regex);
        if (!VirtualThreads.exist()) {
            options.exclude("VirtualThreads");
        }
        return options.forks(1)
                .warmupIterations(plan.warmups)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(plan.iterations)
                .measurementTime(TimeValue.seconds(plan.seconds))
                .jvmArgs(jvmArgs.toArray(String[]::new))
                .shouldFailOnError(true)
                .addProfiler(FiguresProfiler.class);
    }

    private static void merge(Map<String, RunResult> merged, Collection<RunResult> round) {
        for (RunResult result : round) {
            merged.merge(key(result.getParams()), result, (before, now) -> {
                List<BenchmarkResult> forks = new ArrayList<>(before.getBenchmarkResults());
                forks.addAll(now.getBenchmarkResults());
                return new RunResult(before.getParams(), forks);
            });
        }
    }

    private static String key(BenchmarkParams params) {
        StringBuilder key = new StringBuilder(params.getBenchmark());
        for (String name : params.getParamsKeys()) {
            key.append(' ').append(params.getParam(name));
        }
        return key.toString();
    }

    private static String how(String[] args) {
        return "`java -jar benchmarks.jar " + String.join(" ", args) + "`, "
                + System.getProperty("java.vm.name") + " " + Runtime.version() + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors.";
    }

    private static void write(Plan plan, Collection<RunResult> results, String report) {
        String name = plan.name().toLowerCase(Locale.ROOT) + "-jdk"
                + Runtime.version().feature();
        try {
            Files.createDirectories(DIRECTORY);
            Files.writeString(DIRECTORY.resolve(name + ".md"), report);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ResultFormatFactory.getInstance(
                        ResultFormatType.JSON, DIRECTORY.resolve(name + ".json").toString())
                .writeOut(results);
    }
}
