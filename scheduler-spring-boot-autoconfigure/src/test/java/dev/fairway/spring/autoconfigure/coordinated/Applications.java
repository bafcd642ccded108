package dev.fairway.spring.autoconfigure.coordinated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.coordinator.Coordinator;
import dev.fairway.spring.autoconfigure.CoordinatorBeans;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.support.SpringFactoriesLoader;

/** Applications with workers. */
final class Applications {
    /** How long a test waits for something that must happen; it never has to wait for this to pass. */
    static final Duration LIMIT = Duration.ofSeconds(50);

    private Applications() {}

    static ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(FairwayAutoConfiguration.class, CoordinatedTaskAutoConfiguration.class));
    }

    static Coordinator<?, ?> coordinator(BeanFactory context, String name) {
        return context.getBean(CoordinatorBeans.class).find(name).orElseThrow();
    }

    /** The configuration makes the start fail, with a message and an action that contain these. */
    static void fails(ApplicationContextRunner runner, String message, String action) {
        runner.run(context -> {
            assertThat(context).hasFailed();
            assertThat(cause(FairwayConfigurationException.class, context.getStartupFailure()))
                    .satisfies(failure -> {
                        assertThat(failure).hasMessageContaining(message);
                        assertThat(failure.action()).contains(action);
                    });
        });
    }

    /** What those who start the application are told, instead of a stack trace. */
    static FailureAnalysis analysis(Throwable failure) {
        return SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, SpringFactoriesLoader.FailureHandler.handleMessage((message, cause) -> {}))
                .stream()
                .map(analyzer -> analyzer.analyze(failure))
                .filter(analysis -> analysis != null && analysis.getCause() instanceof FairwayConfigurationException)
                .findFirst()
                .orElseThrow();
    }

    static <T extends Throwable> T cause(Class<T> type, Throwable failure) {
        Throwable cause = failure;
        while (!type.isInstance(cause) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        assertThat(cause).isInstanceOf(type);
        return type.cast(cause);
    }

    static void fails(Class<?> configuration, String message, String action) {
        fails(runner().withUserConfiguration(configuration), message, action);
    }

    /** What a thread computes. */
    static <V> FutureTask<V> start(Callable<V> code) {
        FutureTask<V> task = new FutureTask<>(code);
        Thread thread = new Thread(task, "test");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    static <V> V get(FutureTask<V> task) throws Exception {
        try {
            return task.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        }
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Several threads do something, and all of them succeed. */
    static void together(int threads, Callable<?> code) throws Exception {
        List<FutureTask<?>> tasks = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            tasks.add(start(code::call));
        }
        for (FutureTask<?> task : tasks) {
            Object unused = get(task);
        }
    }
}
