package dev.fairway.spring.readme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.Completed;
import dev.fairway.TaskHandle;
import dev.fairway.dispatcher.Broadcaster;
import dev.fairway.dispatcher.SequencingDispatcher;
import dev.fairway.scheduler.CancelReport;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.ChannelOptions;
import dev.fairway.scheduler.FairExecutor;
import dev.fairway.scheduler.FairScheduler;
import dev.fairway.spring.ClockedListener;
import dev.fairway.spring.Coordinated;
import dev.fairway.spring.CoordinatedTask;
import dev.fairway.spring.FairTask;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import dev.fairway.spring.autoconfigure.coordinated.CoordinatedTaskAutoConfiguration;
import dev.fairway.spring.autoconfigure.listener.ClockedListenerAutoConfiguration;
import dev.fairway.spring.autoconfigure.task.FairTaskAutoConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The Java and the YAML of README.md, which run, and a check that the page still says the same. */
class ReadmeTest {
    private static final Path PAGE = Path.of("../README.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/fairway/spring/readme/ReadmeTest.java");

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    FairwayAutoConfiguration.class,
                    FairTaskAutoConfiguration.class,
                    CoordinatedTaskAutoConfiguration.class,
                    ClockedListenerAutoConfiguration.class))
            .withInitializer(ReadmeTest::addYaml);

    // ---- the page

    @Test
    void theJavaOfThePageIsThatOfThisTest() throws IOException {
        String source = code(Files.readString(SOURCE));
        List<String> blocks = blocks("java");
        assertThat(blocks).hasSizeGreaterThan(3);
        for (String block : blocks) {
            String pattern = Pattern.compile("\\.\\.\\.")
                    .splitAsStream(code(block))
                    .map(Pattern::quote)
                    .collect(Collectors.joining(".*?")); // three dots stand for anything
            assertThat(Pattern.compile(pattern).matcher(source).find())
                    .as(block)
                    .isTrue();
        }
    }

    /** Without what does not matter: comments, and where lines end. */
    private static String code(String text) {
        return text.replaceAll("(?m)//.*$", "").replaceAll("\\s", "");
    }

    private static List<String> blocks(String language) throws IOException {
        Matcher block = Pattern.compile("(?ms)^```" + language + "$(.*?)^```$").matcher(Files.readString(PAGE));
        return block.results().map((MatchResult result) -> result.group(1)).toList();
    }

    private static void addYaml(ConfigurableApplicationContext context) {
        try {
            for (String yaml : blocks("yaml")) {
                new YamlPropertySourceLoader()
                        .load("README.md", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
                        .forEach(context.getEnvironment().getPropertySources()::addLast);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- the code

    @Test
    void theYamlMakesTheBeans() {
        application.run(context -> {
            FairExecutor render = context.getBean("render", FairExecutor.class);
            assertThat(render.workers()).isEqualTo(8);
            assertThat(render.findChannel("acme").orElseThrow().weight()).isEqualTo(3);
            assertThat(context.getBean("ledger", SequencingDispatcher.class)
                            .stats()
                            .receivers())
                    .containsOnlyKeys("index", "billing");
        });
    }

    @Test
    void fairTurns() {
        application.withBean(Renderer.class).run(context -> {
            Document doc = new Document("acme");
            Html html = context.getBean(Renderer.class).render(doc);
            assertThat(context.getBean(Renderer.class).stored()).containsEntry(doc, html);
        });
    }

    @Test
    void workers() {
        application
                .withBean(Europe.class)
                .withBean(America.class)
                .withBean(Reports.class)
                .run(context -> {
                    Reports reports = context.getBean(Reports.class);
                    Query query = new Query("all");
                    assertThat(reports.latest(query)).isIn(new Rows("Europe"), new Rows("America"));
                    Completed<Rows> first = reports.again(query, "nobody").join();
                    assertThat(reports.again(query, first.worker()).join().worker())
                            .isEqualTo(first.worker());
                });
    }

    @Test
    void oneOrder() {
        application.withBean(Orders.class).run(context -> {
            Orders orders = context.getBean(Orders.class);
            Order order = new Order("a lamp");
            long placed = orders.place(order);
            assertThat(context.getBean("ledger", SequencingDispatcher.class)
                            .awaitTimestamp("index", placed, Duration.ofSeconds(30)))
                    .isTrue(); // in a second, on most machines
            assertThat(orders.search("lamp", placed)).containsExactly(order);
        });
    }

    @Test
    void withoutSpring() throws Exception {
        Http http = new Http();
        Store store = new Store();
        Url url = new Url("/");
        try (FairScheduler<Url, Page> scheduler = FairScheduler.<Url, Page>processing(http::get)
                .committing(store::save)
                .workers(8)
                .build()) {
            Channel<Url, Page> live =
                    scheduler.openChannel("live", ChannelOptions.capacity(64).weight(3));
            Channel<Url, Page> bulk = scheduler.openChannel(
                    "bulk", ChannelOptions.capacity(10_000).maxParallel(2));

            bulk.put(url); // waits for room; offer(url) never waits
            Page page = live.submit(url).join(); // after its commit
            CancelReport report = bulk.cancelAll(); // dropped, suppressed, committing: exact
        }
        assertThat(store.saved).containsEntry(url, new Page("/"));
    }
}

record Url(String path) {}

record Page(String text) {}

class Http {
    Page get(Url url) {
        return new Page(url.path());
    }
}

class Store {
    final Map<Url, Page> saved = new ConcurrentHashMap<>();

    void save(Url url, Page page) {
        saved.put(url, page);
    }
}

record Document(String tenant) {}

record Html(String text) {}

@Service
class Renderer {
    @FairTask(scheduler = "render", channel = "#doc.tenant", commit = "store")
    public Html render(Document doc) {
        return new Html(doc.tenant());
    }

    @Transactional
    public void store(Document doc, Html html) {
        stored.put(doc, html);
    }

    public Map<Document, Html> stored() {
        return stored;
    }

    private final Map<Document, Html> stored = new ConcurrentHashMap<>();
}

record Query(String text) {}

record Rows(String from) {}

@CoordinatedTask("replicas")
interface Replica {
    Rows query(Query query);
}

@Component
class Europe implements Replica {
    @Override
    public Rows query(Query query) {
        return new Rows("Europe");
    }
}

@Component
class America implements Replica {
    @Override
    public Rows query(Query query) {
        return new Rows("America");
    }
}

@Service
class Reports {
    private final Replica any;
    private final Coordinated<Replica> replicas;

    Reports(Replica any, Coordinated<Replica> replicas) {
        this.any = any;
        this.replicas = replicas;
    }

    Rows latest(Query query) {
        return any.query(query);
    }

    TaskHandle<Completed<Rows>> again(Query query, String worker) {
        return replicas.prefer(worker).submit(replica -> replica.query(query));
    }
}

record Order(String text) {}

record OrderPlaced(Order order) {}

class TooLate extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLate(long after) {
        super("not seen yet: " + after);
    }
}

class Index {
    private final List<Order> orders = new CopyOnWriteArrayList<>();

    void add(Order order) {
        orders.add(order);
    }

    List<Order> find(String words) {
        return orders.stream().filter(order -> order.text().contains(words)).toList();
    }
}

@Service
class Orders {
    private final Index index = new Index();
    private final SequencingDispatcher<OrderPlaced> ledger;
    private final Broadcaster<OrderPlaced> orders;

    Orders(SequencingDispatcher<OrderPlaced> ledger) {
        this.ledger = ledger;
        this.orders = ledger.broadcaster("orders");
    }

    @ClockedListener(dispatcher = "ledger", receiver = "index")
    void add(OrderPlaced placed) {
        index.add(placed.order());
    }

    long place(Order order) throws InterruptedException {
        return orders.broadcast(new OrderPlaced(order));
    }

    List<Order> search(String words, long after) throws InterruptedException {
        if (!ledger.awaitTimestamp("index", after, Duration.ofSeconds(1))) {
            throw new TooLate(after);
        }
        return index.find(words);
    }
}
