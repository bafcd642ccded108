package dev.fairway.benchmarks.spring;

import dev.fairway.benchmarks.Figures;
import dev.fairway.benchmarks.Waits;
import dev.fairway.coordinator.Coordinator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * S1: what a call of a contract's method takes through the proxy that stands for any worker, more than {@code submit(…).join()} on a
 * coordinator with as many workers that do the same. Both are measured by turns in the same iteration, some calls of each, since a wake-up
 * more or less is many times what is looked for.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class ProxyBenchmark {
    static final int CALLS_EACH = 50;
    private static final int WORKERS = 2;

    private final Waits direct = new Waits("direct");
    private final Waits proxied = new Waits("proxied");
    private ConfigurableApplicationContext context;
    private Desk desk;
    private Coordinator<Integer, Integer> coordinator;
    private int number;

    /** An application with two workers. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        Clerk anna() {
            return new Clerk();
        }

        @Bean
        Clerk bert() {
            return new Clerk();
        }
    }

    /** A worker. */
    static class Clerk implements Desk {
        @Override
        public int stamp(int number) {
            return number + 1;
        }
    }

    @Setup
    public void open() {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        context = application.run("--spring.main.banner-mode=off", "--logging.level.root=WARN");
        desk = context.getBean("desks.any", Desk.class);
        coordinator = Coordinator.<Integer, Integer>builder().build();
        for (int i = 0; i < WORKERS; i++) {
            Clerk clerk = new Clerk();
            coordinator.addWorker("clerk-" + i, clerk::stamp);
        }
    }

    @Setup(Level.Iteration)
    public void reset() {
        direct.reset();
        proxied.reset();
    }

    @Benchmark
    @OperationsPerInvocation(2 * CALLS_EACH)
    public int both() {
        for (int i = 0; i < CALLS_EACH; i++) {
            long start = System.nanoTime();
            number = coordinator.submit(number).join().result();
            direct.record(System.nanoTime() - start);
        }
        for (int i = 0; i < CALLS_EACH; i++) {
            long start = System.nanoTime();
            number = desk.stamp(number);
            proxied.record(System.nanoTime() - start);
        }
        return number;
    }

    @TearDown(Level.Iteration)
    public void report() {
        double without = direct.report();
        double with = proxied.report();
        Figures.put("more.p50", with - without, "us");
    }

    @TearDown
    public void close() {
        coordinator.close();
        context.close();
    }
}
