package dev.fairway.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class PlotTest {
    private static final String JSON = """
            [{"benchmark": "dev.fairway.benchmarks.scheduler.ThroughputBenchmark.batch",
              "params": {"opponent": "FAIRWAY", "tokens": "0"},
              "primaryMetric": {"scoreUnit": "ops/s", "scoreError": "NaN", "rawData": [[1.0, 2.0, 9.0], [4.0, 4.0E0, 4.0]]},
              "secondaryMetrics": {"cpu": {"scoreUnit": "ns/op", "rawData": [[7.0], [8.0]]}}},
             {"benchmark": "dev.fairway.benchmarks.scheduler.ThroughputBenchmark.batch",
              "params": {"opponent": "A<B", "tokens": "0"},
              "primaryMetric": {"scoreUnit": "ops/s", "rawData": [[1.5, 1.0]]},
              "secondaryMetrics": {}}]
            """;

    @Test
    void figuresAreReadAsJmhHasWrittenThem() {
        List<Measurement> all = Measurements.ofJson(JSON).all();
        assertThat(all).extracting(Measurement::benchmark).containsOnly("ThroughputBenchmark.batch");
        assertThat(all.get(0).parameters()).isEqualTo(Map.of("opponent", "FAIRWAY", "tokens", "0"));
        assertThat(all.get(0).values()).as("the median of each fork").containsExactly(2.0, 4.0);
        assertThat(all.get(1).figure()).isEqualTo("cpu");
        assertThat(all.get(2).values()).as("the iterations of a single one").containsExactly(1.5, 1.0);
        assertThatThrownBy(() -> Measurements.ofJson("[{]")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPlotHasABarForEachMedianAndItsSpread() throws Exception {
        List<Measurement> scores = Measurements.ofJson(JSON).all().stream()
                .filter(one -> one.figure().equals(Measurements.SCORE))
                .toList();
        String svg = Plot.svg("ThroughputBenchmark.batch", scores);
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        Element background = (Element) document.getElementsByTagName("rect").item(0);
        Element ours = (Element) document.getElementsByTagName("rect").item(1);
        Element theirs = (Element) document.getElementsByTagName("rect").item(2);
        assertThat(background.getAttribute("fill")).isEqualTo("#fff");
        assertThat(ours.getAttribute("class")).isEqualTo("bar ours");
        assertThat(ours.getAttribute("width")).as("3 of 4").isEqualTo("315.0");
        assertThat(theirs.getAttribute("class")).isEqualTo("bar");
        Element spread = (Element) document.getElementsByTagName("line").item(0);
        assertThat(spread.getAttribute("x1")).isEqualTo("510.0");
        assertThat(spread.getAttribute("x2")).isEqualTo("720.0");
        assertThat(svg).contains("A&lt;B, 0");
    }

    private static Measurement wait(String opponent, String workers, String figure, double... values) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("opponent", opponent);
        parameters.put("workers", workers);
        return new Measurement(
                "NoisyNeighbourBenchmark.quietTenant",
                parameters,
                figure,
                "us",
                DoubleStream.of(values).boxed().toList());
    }

    @Test
    void whatIsJudgedIsDrawnWithOpponentsSideBySide() {
        Measurements measurements = new Measurements(List.of(
                wait("FAIRWAY", "2", Measurements.SCORE, 1),
                wait("FAIRWAY", "2", "wait.p99", 1),
                wait("FAIRWAY", "8", "wait.p99", 1),
                wait("TPE_LBQ", "2", "wait.p99", 1),
                wait("TPE_LBQ", "8", "wait.p99", 1),
                new Measurement("Unjudged.batch", Map.of(), "cpu", "ns", List.of(1.0)),
                new Measurement("Unjudged.batch", Map.of(), Measurements.SCORE, "ops/s", List.of(1.0))));
        Map<String, List<Measurement>> drawings = Plot.drawings(measurements);
        assertThat(drawings.keySet()).containsExactly("NoisyNeighbourBenchmark.quietTenant.wait.p99", "Unjudged.batch");
        assertThat(drawings.get("NoisyNeighbourBenchmark.quietTenant.wait.p99"))
                .extracting(one -> String.join(" ", one.parameters().values()))
                .containsExactly("FAIRWAY 2", "TPE_LBQ 2", "FAIRWAY 8", "TPE_LBQ 8");
        assertThat(drawings.get("Unjudged.batch")).extracting(Measurement::unit).containsExactly("ops/s");
    }

    @Test
    void whatIsFarApartIsDrawnOnALogarithmicScale() {
        String near = Plot.svg("wait.p99", List.of(wait("A", "2", "wait.p99", 10), wait("B", "2", "wait.p99", 1_000)));
        assertThat(near).doesNotContain("logarithmic").contains("width='4.2'", "width='420.0'");
        String far = Plot.svg("wait.p99", List.of(wait("A", "2", "wait.p99", 20), wait("B", "2", "wait.p99", 100_000)));
        assertThat(far).contains("us, logarithmic scale", "width='31.6'", "width='420.0'");
        String none = Plot.svg("wait.p99", List.of(wait("A", "2", "wait.p99", 0), wait("B", "2", "wait.p99", 0)));
        assertThat(none).doesNotContain("logarithmic").contains("width='0.0'");
    }
}
