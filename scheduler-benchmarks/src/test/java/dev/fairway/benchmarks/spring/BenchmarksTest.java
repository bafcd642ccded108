package dev.fairway.benchmarks.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.benchmarks.Figures;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each benchmark does its work once, in a tiny size: nothing is measured, but none rots. */
class BenchmarksTest {
    @BeforeEach
    void forgetFigures() {
        Figures.drain();
    }

    @Test
    void callsAreMadeWithAndWithoutTheProxy() {
        ProxyBenchmark benchmark = new ProxyBenchmark();
        benchmark.open();
        benchmark.reset();
        assertThat(benchmark.both()).isEqualTo(100);
        benchmark.report();
        benchmark.close();
        assertThat(Figures.drain()).containsKeys("direct.p50", "proxied.p50", "more.p50");
    }

    @Test
    void anApplicationIsStartedWithAndWithoutTheStarter() throws Exception {
        StartBenchmark benchmark = new StartBenchmark();
        benchmark.turns = 1;
        benchmark.copy();
        benchmark.start();
        benchmark.report();
        benchmark.delete();
        assertThat(Figures.drain()).containsOnlyKeys("started.without", "share.unused", "share.used");
    }
}
