package dev.fairway.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
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
}
