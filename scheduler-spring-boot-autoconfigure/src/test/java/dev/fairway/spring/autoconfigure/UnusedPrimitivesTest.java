package dev.fairway.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.coordinator.Coordinator;
import dev.fairway.dispatcher.SequencingDispatcher;
import dev.fairway.scheduler.FairExecutor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** An application with Actuator, health and meters loads no class of a primitive that it does not use. */
class UnusedPrimitivesTest {
    private static final Set<String> DEFAULTS = Set.of(
            "dev.fairway.scheduler.FairExecutor",
            "dev.fairway.scheduler.SchedulerControl",
            "dev.fairway.coordinator.Coordinator",
            "dev.fairway.dispatcher.SequencingDispatcher",
            "dev.fairway.dispatcher.ClockedDispatcher");

    @Test
    void anApplicationWithSchedulersLoadsNothingOfTheOthers() throws Exception {
        Set<String> loaded = loadedBy(Schedules.class);
        assertThat(loaded).contains("dev.fairway.scheduler.DefaultFairExecutor");
        assertThat(loaded)
                .filteredOn(name ->
                        name.startsWith("dev.fairway.coordinator.") || name.startsWith("dev.fairway.dispatcher."))
                .as("Spring compares types with those of the default beans")
                .isSubsetOf(DEFAULTS);
    }

    @Test
    void anApplicationWithCoordinatorsLoadsNothingOfTheOthers() throws Exception {
        Set<String> loaded = loadedBy(Coordinates.class);
        assertThat(loaded).contains("dev.fairway.coordinator.DefaultCoordinator");
        assertThat(loaded)
                .filteredOn(
                        name -> name.startsWith("dev.fairway.scheduler.") || name.startsWith("dev.fairway.dispatcher."))
                .as("Spring compares types with those of the default beans")
                .isSubsetOf(DEFAULTS);
    }

    @Test
    void anApplicationWithDispatchersLoadsNothingOfTheOthers() throws Exception {
        Set<String> loaded = loadedBy(Dispatches.class);
        assertThat(loaded).contains("dev.fairway.dispatcher.DefaultSequencingDispatcher");
        assertThat(loaded)
                .filteredOn(name ->
                        name.startsWith("dev.fairway.scheduler.") || name.startsWith("dev.fairway.coordinator."))
                .as("Spring compares types with those of the default beans")
                .isSubsetOf(DEFAULTS);
    }

    private static Set<String> loadedBy(Class<?> application) throws Exception {
        Recording loader = new Recording(UnusedPrimitivesTest.class.getClassLoader());
        Runnable instance = (Runnable)
                loader.loadClass(application.getName()).getDeclaredConstructor().newInstance();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            instance.run();
        } finally {
            thread.setContextClassLoader(before);
        }
        return loader.loaded;
    }

    private static void run(Consumer<ConfigurableApplicationContext> use, String... arguments) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setRegisterShutdownHook(false);
        try (ConfigurableApplicationContext context = application.run(arguments)) {
            use.accept(context);
            assertThat(context.getBean("fairwayHealthIndicator", HealthIndicator.class)
                            .health()
                            .getStatus())
                    .isEqualTo(Status.UP);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    public static class Schedules implements Runnable {
        @Override
        public void run() {
            UnusedPrimitivesTest.run(
                    context -> context.getBean(FairExecutor.class)
                            .submit("acme", () -> 1)
                            .join(),
                    "--spring.main.banner-mode=off",
                    "--management.endpoints.web.exposure.include=*",
                    "--fairway.schedulers.render.workers=1");
        }
    }

    public static class Coordinates implements Runnable {
        @Override
        @SuppressWarnings("unchecked")
        public void run() {
            UnusedPrimitivesTest.run(
                    context -> {
                        Coordinator<String, String> cats = context.getBean(Coordinator.class);
                        cats.addWorker("maple", task -> task);
                        cats.submit("purr").join();
                    },
                    "--spring.main.banner-mode=off",
                    "--management.endpoints.web.exposure.include=*",
                    "--fairway.coordinators.cats.capacity=1");
        }
    }

    public static class Dispatches implements Runnable {
        @Override
        @SuppressWarnings("unchecked")
        public void run() {
            UnusedPrimitivesTest.run(
                    context -> {
                        SequencingDispatcher<String> ledger = context.getBean(SequencingDispatcher.class);
                        ledger.sender("web", "index").trySend("placed");
                        assertThat(ledger.receiver("index").poll()).isPresent();
                    },
                    "--spring.main.banner-mode=off",
                    "--management.endpoints.web.exposure.include=*",
                    "--fairway.dispatchers.ledger.receivers=index");
        }
    }

    /** Defines our classes itself, and writes down which. */
    private static final class Recording extends ClassLoader {
        final Set<String> loaded = new ConcurrentSkipListSet<>();

        Recording(ClassLoader parent) {
            super(parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.fairway.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known != null ? known : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] code = in.readAllBytes();
                loaded.add(name);
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
