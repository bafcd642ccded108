package dev.fairway.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.fairway.CancelOption;
import dev.fairway.DrainReport;
import dev.fairway.RejectedTaskException;
import dev.fairway.TaskExpiredException;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.scheduler.CancelReport;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.ChannelOptions;
import dev.fairway.scheduler.ChannelStats;
import dev.fairway.scheduler.FairExecutor;
import dev.fairway.scheduler.FairScheduler;
import dev.fairway.scheduler.Fairness;
import dev.fairway.scheduler.Overload;
import dev.fairway.scheduler.SchedulerStats;
import dev.fairway.scheduler.TaskEvent;
import dev.fairway.scheduler.TaskListener;
import dev.fairway.scheduler.TaskOptions;
import dev.fairway.scheduler.TopBy;
import dev.fairway.spring.autoconfigure.CoordinatorBeans;
import dev.fairway.spring.autoconfigure.CoordinatorProperties;
import dev.fairway.spring.autoconfigure.DispatcherProperties;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import dev.fairway.spring.autoconfigure.FairwayProperties;
import dev.fairway.spring.autoconfigure.metrics.FairwayMetricsAutoConfiguration;
import dev.fairway.spring.autoconfigure.task.FairTaskAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * The Java of docs/guide.md, line by line, and checks that the page and the code still say the same. What the page says of
 * coordinators and dispatchers is in {@link CoordinatorCoreGuideTest} and {@link DispatcherCoreGuideTest}; of coordinators and
 * dispatchers in Spring, in {@link CoordinatorGuideTest}, {@link CoordinatedTaskGuideTest} and {@link DispatcherGuideTest}.
 */
class GuideTest {
    private static final Path PAGE = Path.of("../docs/guide.md");
    private static final Path SOURCES = Path.of("src/test/java/dev/fairway/spring");

    private final Documents store = new Documents();
    private final Renderer renderer = new Renderer(store);
    private final Document document = new Document("acme", "hello");

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(FairwayAutoConfiguration.class, FairTaskAutoConfiguration.class))
            .withBean(Documents.class);

    // ---- the page

    @Test
    void theJavaOfThePageIsThatOfThisTest() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String test : List.of(
                "GuideTest.java",
                "CoordinatorCoreGuideTest.java",
                "DispatcherCoreGuideTest.java",
                "CoordinatorGuideTest.java",
                "CoordinatedTaskGuideTest.java",
                "DispatcherGuideTest.java")) {
            lines.addAll(code(Files.readAllLines(SOURCES.resolve(test))));
        }
        String source = "\n" + String.join("\n", lines) + "\n";
        List<List<String>> blocks = blocks(Files.readAllLines(PAGE));
        assertThat(blocks).hasSizeGreaterThan(15);
        for (List<String> block : blocks) {
            for (String part : String.join("\n", code(block)).split("\n?\\.\\.\\.\n?")) {
                assertThat(source).contains("\n" + part + "\n");
            }
        }
    }

    /** Without what does not matter: indentation, blank lines, imports. */
    private static List<String> code(List<String> lines) {
        return lines.stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("import "))
                .toList();
    }

    private static List<List<String>> blocks(List<String> page) {
        List<List<String>> blocks = new ArrayList<>();
        List<String> open = null;
        for (String line : page) {
            if (line.strip().equals("```java")) {
                open = new ArrayList<>();
                blocks.add(open);
            } else if (line.strip().equals("```")) {
                open = null;
            } else if (open != null) {
                open.add(line);
            }
        }
        return blocks;
    }

    @Test
    void thePageNamesAllPropertiesAndNoOthers() throws IOException {
        Set<String> properties = new TreeSet<>(Set.of("fairway.virtual-threads"));
        properties.addAll(names("fairway.context.", FairwayProperties.Context.class));
        properties.addAll(names("fairway.observation.", FairwayProperties.Observation.class));
        properties.addAll(names("fairway.metrics.", FairwayProperties.Metrics.class));
        properties.addAll(names("fairway.health.", FairwayProperties.Health.class));
        properties.addAll(names("fairway.schedulers.<name>.", FairwayProperties.Scheduler.class));
        properties.remove("fairway.schedulers.<name>.channels");
        properties.add("fairway.schedulers.<name>.channels.<channel>.*");
        properties.addAll(names("fairway.schedulers.<name>.channel-defaults.", FairwayProperties.Channel.class));
        properties.addAll(names("fairway.coordinators.<name>.", CoordinatorProperties.class));
        properties.addAll(
                names("fairway.coordinators.<name>.quarantine-back-off.", CoordinatorProperties.BackOff.class));
        properties.addAll(names("fairway.dispatchers.<name>.", DispatcherProperties.class));
        Set<String> onThePage = new TreeSet<>();
        Matcher row = Pattern.compile("(?m)^\\| `(fairway\\.[^`]+)` ").matcher(Files.readString(PAGE));
        while (row.find()) {
            onThePage.add(row.group(1));
        }
        onThePage.removeIf(name -> name.matches("fairway\\.(scheduler|coordinator|dispatcher)\\..*"));
        assertThat(onThePage).isEqualTo(properties);
    }

    private static List<String> names(String prefix, Class<?> properties) {
        return Arrays.stream(properties.getDeclaredMethods())
                .map(Method::getName)
                .filter(name -> name.startsWith("set"))
                .map(name -> prefix
                        + name.substring(3).replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT))
                .toList();
    }

    @Test
    void thePageNamesAllMetersAndNoOthers() throws IOException {
        Set<String> onThePage = new TreeSet<>();
        Matcher name = Pattern.compile("fairway\\.(scheduler|coordinator|dispatcher)\\.[a-z]+")
                .matcher(Files.readString(PAGE));
        while (name.find()) {
            onThePage.add(name.group());
        }
        application
                .withConfiguration(AutoConfigurations.of(FairwayMetricsAutoConfiguration.class))
                .withBean(SimpleMeterRegistry.class)
                .withPropertyValues(
                        "fairway.schedulers.render.channels.acme.weight=3",
                        "fairway.coordinators.replicas.capacity=3",
                        "fairway.dispatchers.ledger.receivers=index")
                .run(context -> {
                    context.getBean(CoordinatorBeans.class).all().values().forEach(GuideTest::addWorker);
                    assertThat(context.getBean(MeterRegistry.class).getMeters())
                            .extracting(meter -> meter.getId().getName())
                            .filteredOn(meter -> meter.startsWith("fairway."))
                            .containsOnlyOnceElementsOf(List.of("fairway.scheduler.workers"))
                            .satisfies(meters ->
                                    assertThat(new TreeSet<String>(meters)).isEqualTo(onThePage));
                });
    }

    private static <T, R> void addWorker(Coordinator<T, R> coordinator) {
        coordinator.addWorker("eu", task -> {
            throw new IllegalStateException("no task was expected");
        });
    }

    @Test
    void theMessagesOfThePageAreThoseOfTheCode() throws Exception {
        messages().forEach(GuideTest::assertOnThePage);
    }

    /** Fails when the page does not quote a message, whatever times are in it. */
    static void assertOnThePage(String message) {
        try {
            assertThat(withoutTimes(Files.readString(PAGE))).contains("`" + withoutTimes(message) + "`");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String withoutTimes(String text) {
        return text.replaceAll("PT[0-9.HMS]+", "PT");
    }

    @Test
    void theMessagesAtStartOfThePageAreThoseOfTheCode() throws IOException {
        String page = Files.readString(PAGE);
        List<ApplicationContextRunner> wrong = List.of(
                application.withPropertyValues("fairway.schedulers.render.workers=0"),
                application
                        .withPropertyValues("fairway.schedulers.mail.workers=1")
                        .withBean(Renderer.class),
                application
                        .withPropertyValues("fairway.schedulers.render.workers=1")
                        .withBean("render", Renderer.class));
        for (ApplicationContextRunner runner : wrong) {
            runner.run(context -> {
                Throwable failure = context.getStartupFailure();
                while (failure.getCause() != null) {
                    failure = failure.getCause();
                }
                assertThat(page)
                        .contains("`"
                                + failure.getMessage()
                                        .replace("dev.fairway.spring.Renderer", "com.acme.Renderer")
                                        .replaceFirst(" \\(from .*\\) is not valid", " is not valid")
                                + "`");
            });
        }
    }

    private static List<String> messages() throws Exception {
        List<String> messages = new ArrayList<>();
        CountDownLatch gate = new CountDownLatch(1);
        try (FairExecutor executor = FairExecutor.builder()
                .name("render")
                .workers(1)
                .capacity(2)
                .channelOptions("bulk", ChannelOptions.capacity(1))
                .build()) {
            executor.submit("acme", () -> {
                gate.await();
                return null;
            });
            await().until(() -> executor.stats().running() == 1);
            TaskHandle<Integer> expiring =
                    executor.submit("bulk", () -> 1, TaskOptions.expiresAfter(Duration.ofNanos(1)));
            messages.add(message(() -> executor.submit("bulk", () -> 2)));
            executor.submit("acme", () -> 3);
            messages.add(message(() -> executor.submit("acme", () -> 4)));
            messages.add(message(() -> executor.openChannel("bulk", ChannelOptions.defaults())));
            messages.add(message(() -> executor.cancel("bluk")));
            executor.channel("acme").shutdown();
            messages.add(message(() -> executor.submit("acme", () -> 5)));
            gate.countDown();
            messages.add(message(expiring::join));
        }
        try (FairExecutor executor =
                FairExecutor.builder().name("render").workers(1).build()) {
            messages.add(message(executor.submit("acme", () -> {
                throw new IllegalStateException("out of paper");
            })::join));
            messages.add(message(executor.submit(
                            "acme", () -> executor.submit("bulk", () -> 1).join())::join)
                    .replaceFirst(".*IllegalStateException: ", ""));
            executor.shutdownNow();
            messages.add(message(() -> executor.submit("acme", () -> 1)));
        }
        try (FairScheduler<Integer, Integer> scheduler = FairScheduler.<Integer, Integer>processing(number -> number)
                .name("render")
                .build()) {
            Channel<Integer, Integer> closed = scheduler.openChannel("bulk");
            closed.close();
            messages.add(message(() -> closed.offer(1)));
            Channel<Integer, Integer> idle =
                    scheduler.openChannel("acme", ChannelOptions.defaults().idleTimeout(Duration.ofMillis(1)));
            await().until(idle::isClosed);
            messages.add(message(() -> idle.offer(1)));
        }
        messages.add(message(() -> FairExecutor.builder()
                .cost(task -> 1)
                .fairness(Fairness.RUN_TIME)
                .build()));
        messages.add(logged());
        return messages;
    }

    private static String message(org.assertj.core.api.ThrowableAssert.ThrowingCallable code) {
        return String.valueOf(catchThrowable(code).getMessage());
    }

    /** What a close says of that which has not finished. */
    private static String logged() {
        return logged("dev.fairway.scheduler", () -> {
                    try (FairExecutor executor =
                            FairExecutor.builder().name("render").build()) {
                        executor.channel("acme");
                        executor.findChannel("acme").orElseThrow().pause();
                        executor.submit("acme", () -> 1);
                        executor.submit("acme", () -> 2);
                    }
                })
                .stream()
                .filter(line -> line.startsWith("scheduler 'render' closed"))
                .findFirst()
                .orElseThrow();
    }

    /** What some code writes to a log. */
    static List<String> logged(String log, Runnable code) {
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                lines.add(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(log);
        logger.addHandler(handler);
        try {
            code.run();
        } finally {
            logger.removeHandler(handler);
        }
        return lines;
    }

    // ---- the code

    @Test
    void aScheduler() {
        try (FairScheduler<Document, Html> scheduler = FairScheduler.<Document, Html>processing(renderer::render)
                .committing(store::save) // optional
                .name("render")
                .workers(8)
                .build()) {
            Channel<Document, Html> acme = scheduler.openChannel(
                    "acme", ChannelOptions.capacity(10_000).weight(3));
            TaskHandle<Html> handle = acme.submit(document);
            Html html = handle.join(); // after the commit has run
            assertThat(html).isEqualTo(new Html("<p>hello</p>"));
            scheduler.submit("quiet", document); // opens the channel when there is none
        }
        assertThat(store.saved).hasSize(1);
    }

    @Test
    void anExecutor() {
        try (FairExecutor executor = FairExecutor.builder().workers(8).build()) {
            TaskHandle<Html> html = executor.submit("acme", () -> renderer.render(document));
            TaskHandle<Html> kept = executor.submit(
                    "acme", () -> renderer.render(document), result -> store.save(document, result)); // process, commit
            assertThat(html.join()).isEqualTo(kept.join());
        }
        assertThat(store.saved).hasSize(1);
    }

    @Test
    void annotations() {
        application
                .withBean(Renderer.class)
                .withBean(Printer.class)
                .withBean(Desk.class)
                .withPropertyValues("fairway.schedulers.render.workers=2")
                .run(context -> {
                    Html html = context.getBean(Renderer.class).render(document);
                    assertThat(context.getBean(Documents.class).saved).containsEntry(document, html);
                    assertThat(context.getBean(Renderer.class)
                                    .renderLater(document)
                                    .join())
                            .isEqualTo(html);
                    assertThat(context.getBean(Desk.class).print(document).join())
                            .isEqualTo(html);
                });
    }

    @Test
    void shares() {
        FairScheduler<Document, Html> strict = FairScheduler.<Document, Html>processing(renderer::render)
                .turn(Duration.ZERO) // exact round robin
                .build();
        FairScheduler<Document, Html> bySize = FairScheduler.<Document, Html>processing(renderer::render)
                .cost(doc -> doc.text().length())
                .build();
        FairScheduler<Document, Html> byTime = FairScheduler.<Document, Html>processing(renderer::render)
                .fairness(Fairness.RUN_TIME)
                .build();
        for (FairScheduler<Document, Html> scheduler : List.of(strict, bySize, byTime)) {
            scheduler.submit("acme", document).join();
            scheduler.close();
        }
    }

    @Test
    void cancelling() throws Exception {
        try (FairScheduler<Document, Html> scheduler = FairScheduler.<Document, Html>processing(renderer::render)
                .committing(store::save)
                .build()) {
            Channel<Document, Html> bulk = scheduler.openChannel("bulk");
            bulk.pause();
            TaskHandle<Html> handle = bulk.submit(document);
            CancelReport report = bulk.cancelAll(CancelOption.INTERRUPT_RUNNING); // or scheduler.cancel("bulk")
            int gone = report.dropped() + report.suppressed(); // never committed, never will
            int done = report.committing(); // too late: these complete
            report.settled().toCompletableFuture().join(); // until no suppressed code runs any more
            assertThat(gone + done).isEqualTo(1);
            assertThat(handle.state()).isEqualTo(TaskState.CANCELLED);
        }
        assertThat(store.saved).isEmpty();
    }

    @Test
    void handles() throws Exception {
        try (FairExecutor executor = FairExecutor.builder().build()) {
            TaskHandle<Html> handle = executor.submit("acme", () -> renderer.render(document));
            try {
                Html html = handle.join(Duration.ofSeconds(5)); // TimeoutException leaves the task alone
                TaskHandle<Integer> length = handle.map(result -> result.text().length());
                length.completion().thenAccept(store::count);
                assertThat(length.join()).isEqualTo(html.text().length());
            } catch (TaskFailedException e) {
                throw new IOException("failed in " + e.phase(), e.getCause()); // the very thing that was thrown
            } catch (TaskExpiredException e) {
                throw new IOException("too late, after " + e.waited(), e);
            } catch (CancellationException e) {
                throw new IOException("cancelled", e);
            }
            boolean mine = handle.cancel(); // true only for the call that decided the outcome
            assertThat(mine).isFalse();
        }
        assertThat(store.counted).containsExactly(12);
    }

    @Test
    void producers() throws Exception {
        try (FairScheduler<Document, Html> scheduler = FairScheduler.<Document, Html>processing(renderer::render)
                .channelDefaults(ChannelOptions.capacity(256).overload(Overload.waitUpTo(Duration.ofMillis(50))))
                .channelOptions("live", ChannelOptions.capacity(64).overload(Overload.dropOldest()))
                .build()) {
            Channel<Document, Html> channel = scheduler.channel("acme"); // opens it, or returns the open one
            boolean accepted = channel.offer(document); // never waits
            boolean inTime = channel.offer(document, Duration.ofMillis(50)); // waits a little
            channel.put(document); // waits for room
            try {
                TaskHandle<Html> handle = channel.submit(document); // as the overload policy says
                handle.join();
            } catch (RejectedTaskException e) {
                throw new IOException("refused: " + e.reason(), e);
            }
            channel.submit(document, TaskOptions.expiresAfter(Duration.ofSeconds(5)));
            channel.submit(document, TaskOptions.urgent().withExpiry(Duration.ofSeconds(5)));
            assertThat(accepted && inTime).isTrue();
        }
    }

    @Test
    void steering() {
        try (FairScheduler<Document, Html> scheduler =
                FairScheduler.<Document, Html>processing(renderer::render).build()) {
            Channel<Document, Html> acme = scheduler.openChannel("acme");
            scheduler.workers(16);
            acme.weight(5);
            acme.maxParallel(4);
            acme.pause(); // nothing of it starts after this has returned
            acme.resume();
            SchedulerStats all = scheduler.stats();
            ChannelStats one = acme.stats();
            List<ChannelStats> longest = scheduler.busiest(TopBy.WAITING, 10);
            assertThat(all.accepted() + one.accepted() + longest.size()).isZero();
        }
    }

    @Test
    void idleTenants() {
        try (FairScheduler<Document, Html> scheduler = FairScheduler.<Document, Html>processing(renderer::render)
                .channelDefaults(ChannelOptions.defaults().idleTimeout(Duration.ofMinutes(10)))
                .channelOptions("acme", ChannelOptions.defaults().weight(3).idleTimeout(Duration.ofHours(1)))
                .build()) {
            scheduler.submit("acme", document); // reopened, with its options, however long nobody came
            scheduler.submit("anybody", document);
            assertThat(scheduler.channel("acme").weight()).isEqualTo(3);
        }
    }

    @Test
    void views() throws Exception {
        try (FairExecutor executor = FairExecutor.builder().workers(8).build()) {
            ExecutorService acme = executor.channel("acme");
            Future<Html> html = acme.submit(() -> renderer.render(document));
            assertThat(html.get().text()).contains("hello");
            List<Runnable> neverRan = acme.shutdownNow(); // of this tenant only
            assertThat(neverRan).isEmpty();
            executor.submit("quiet", () -> renderer.render(document)).join();
        }
    }

    @Test
    void asyncMethods() {
        application
                .withUserConfiguration(MailConfiguration.class)
                .run(context -> context.getBean(AsyncTaskExecutor.class)
                        .submit(() -> renderer.render(document))
                        .get());
    }

    @Test
    void ends() {
        FairScheduler<Document, Html> scheduler =
                FairScheduler.<Document, Html>processing(renderer::render).build();
        DrainReport report = scheduler.close(Duration.ofSeconds(20));
        report.unfinished().forEach((channel, left) -> store.note(channel, left.neverRan(), left.running()));
        assertThat(report.isClean()).isTrue();

        scheduler = FairScheduler.<Document, Html>processing(renderer::render).build();
        List<Document> neverRan = scheduler.shutdownNow(); // does not wait
        scheduler.terminated().toCompletableFuture().join();
        assertThat(neverRan).isEmpty();
    }

    @Test
    void listeners() {
        SlowTasks slow = new SlowTasks(Duration.ZERO);
        try (FairExecutor executor = FairExecutor.builder().listener(slow).build()) {
            executor.submit("acme", () -> renderer.render(document)).join();
        }
        assertThat(slow.channels).containsExactly("acme");
    }

    @Test
    void customizersAndOwnSchedulers() {
        application
                .withUserConfiguration(Schedulers.class)
                .withPropertyValues(
                        "fairway.schedulers.fetch.workers=3", "fairway.schedulers.fetch.channel-defaults.weight=2")
                .run(context -> {
                    FairScheduler<?, ?> fetch = context.getBean("fetch", FairScheduler.class);
                    assertThat(fetch.workers()).isEqualTo(3);
                    assertThat(fetch.openChannel("acme").weight()).isEqualTo(2);
                    assertThat(context.getBean("fetch")).isInstanceOf(FairScheduler.class);
                });
    }

    @Test
    void aQuietTenantDoesNotWaitForABusyOne() {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch gate = new CountDownLatch(1);
        try (FairExecutor executor =
                FairExecutor.builder().workers(1).turn(Duration.ZERO).build()) {
            executor.submit("gate", () -> {
                gate.await(); // holds the only worker, until all have come
                return null;
            });
            for (String tenant : List.of("busy", "busy", "busy", "quiet")) {
                executor.submit(tenant, () -> order.add(tenant));
            }
            gate.countDown();
        } // has drained
        assertThat(order).containsExactly("busy", "quiet", "busy", "busy");
    }

    @Test
    void aWaitThatWouldNeverEnd() {
        try (FairExecutor executor = FairExecutor.builder().workers(1).build()) {
            TaskHandle<Integer> outer = executor.submit("acme", () -> {
                TaskHandle<Integer> inner = executor.submit("acme", () -> 1);
                return inner.join(); // the only worker waits for what only it could do
            });
            assertThatThrownBy(outer::join).hasCauseInstanceOf(IllegalStateException.class);
        }
    }
}

record Document(String tenant, String text) {}

record Html(String text) {}

class Documents {
    final Map<Document, Html> saved = new ConcurrentHashMap<>();
    final List<Integer> counted = new CopyOnWriteArrayList<>();

    void save(Document document, Html html) {
        saved.put(document, html);
    }

    void count(int length) {
        counted.add(length);
    }

    void note(String channel, long neverRan, long running) {
        throw new AssertionError(channel + " " + neverRan + " " + running);
    }
}

@Service
class Renderer {
    private final Documents store;

    Renderer(Documents store) {
        this.store = store;
    }

    @FairTask(scheduler = "render", channel = "#doc.tenant", commit = "keep")
    public Html render(Document doc) { // the process phase; the caller waits until after the commit
        return new Html("<p>" + doc.text() + "</p>");
    }

    @FairTask(scheduler = "render", channel = "#doc.tenant", commit = "keep")
    public CompletableFuture<Html> renderLater(Document doc) { // the caller does not wait
        return CompletableFuture.completedFuture(new Html("<p>" + doc.text() + "</p>"));
    }

    @Transactional
    public void keep(Document doc, Html html) { // the arguments, then the result
        store.save(doc, html);
    }
}

@Component
@FairProcessor("print")
class Printer implements TaskProcessor<Document, Html> {
    @Override
    public Html process(Document document) {
        return new Html("<p>" + document.text() + "</p>");
    }

    @Override
    public void commit(Document document, Html html) {} // optional
}

@Service
class Desk {
    private final FairScheduler<Document, Html> print;

    Desk(FairScheduler<Document, Html> print) {
        this.print = print;
    }

    TaskHandle<Html> print(Document document) {
        return print.submit(document.tenant(), document);
    }
}

@Configuration(proxyBeanMethods = false)
class MailConfiguration {
    @Bean
    AsyncTaskExecutor mailExecutor(FairExecutor executor) {
        return FairAsyncTaskExecutor.of(executor, "mail"); // or a Supplier that knows the current tenant
    }
}

class SlowTasks implements TaskListener<Object> {
    final List<String> channels = new CopyOnWriteArrayList<>();
    private final Duration limit;

    SlowTasks(Duration limit) {
        this.limit = limit;
    }

    @Override
    public void committed(TaskEvent<Object> event) {
        if (event.waited().plus(event.ran()).compareTo(limit) >= 0) {
            channels.add(event.channel());
        }
    }
}

@Configuration(proxyBeanMethods = false)
class Schedulers {
    @Bean
    FairSchedulerCustomizer slowTasks() {
        return (name, builder) -> builder.addListener(new SlowTasks(Duration.ofSeconds(10)));
    }

    @Bean
    FairScheduler<Document, Html> fetch(FairSchedulerConfigurer configurer) {
        return configurer
                .configure("fetch", FairScheduler.processing((Document document) -> new Html(document.text())))
                .build();
    }
}
