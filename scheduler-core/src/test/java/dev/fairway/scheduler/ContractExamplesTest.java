package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.RejectedTaskException;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The examples of the guide, as a user would write them. */
class ContractExamplesTest {
    private final Http http = new Http();
    private final Store store = new Store();

    @Test
    void aSchedulerOfOneFunctionIsUsedAsInTheGuide() throws Exception {
        FairScheduler<Url, Page> afterwards;
        try (FairScheduler<Url, Page> scheduler = FairScheduler.<Url, Page>processing(http::get)
                .committing((url, page) -> store.save(url, page))
                .name("fetch")
                .workers(8)
                .drainTimeout(Duration.ofSeconds(20))
                .build()) {
            Url url = new Url("https://example.org/");

            Channel<Url, Page> live =
                    scheduler.openChannel("live", ChannelOptions.capacity(64).weight(3));
            Channel<Url, Page> bulk = scheduler.openChannel(
                    "bulk", ChannelOptions.capacity(10_000).maxParallel(2));

            boolean accepted = bulk.offer(url);
            bulk.put(url);
            boolean inTime = bulk.offer(url, Duration.ofMillis(50));
            assertThat(accepted).isTrue();
            assertThat(inTime).isTrue();

            TaskHandle<Page> handle = live.submit(url);
            Page page = handle.join();
            assertThat(page).isEqualTo(new Page("content of https://example.org/"));
            assertThat(store.pages).containsEntry(url, page);
            assertThat(handle.cancel()).isFalse();

            CancelReport report = bulk.cancelAll();
            assertThat(report.channel()).isEqualTo("bulk");
            assertThat(report.dropped() + report.suppressed() + report.committing())
                    .isBetween(0, 3);
            assertThat(scheduler.cancel("bulk").dropped()).isZero();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> scheduler.cancel("bulky"))
                    .withMessageContaining("'bulky'")
                    .withMessageContaining("bulk, live");

            scheduler.workers(16);
            assertThat(scheduler.workers()).isEqualTo(16);
            bulk.pause();
            assertThat(bulk.offer(url)).isTrue();
            assertThat(bulk.size()).isEqualTo(1);
            bulk.weight(5);
            bulk.maxParallel(4);
            assertThat(bulk.weight()).isEqualTo(5);
            assertThat(bulk.maxParallel()).isEqualTo(4);
            bulk.close();
            assertThatThrownBy(() -> bulk.offer(url)).isInstanceOf(RejectedTaskException.class);

            List<Url> neverRan = scheduler.shutdownNow();
            assertThat(neverRan).containsExactly(url);
            afterwards = scheduler;
        }
        assertThat(afterwards.isClosed()).isTrue();
        assertThat(afterwards.channels()).isEmpty();
    }

    @Test
    void anExecutorOfTasksThatCarryTheirOwnCodeIsUsedAsInTheGuide() throws Exception {
        try (FairExecutor executor = FairExecutor.builder().workers(8).build()) {
            Url url = new Url("https://example.org/");

            ExecutorService acme = executor.channel("acme");
            Future<Integer> sum = acme.submit(() -> 1 + 1);
            assertThat(sum.get(20, TimeUnit.SECONDS)).isEqualTo(2);

            TaskHandle<Page> page = executor.submit("acme", () -> http.get(url), p -> store.save(url, p));
            assertThat(page.join()).isEqualTo(store.pages.get(url));
            assertThat(page.state()).isEqualTo(TaskState.COMPLETED);

            CancelReport report = executor.cancel("acme");
            assertThat(report.dropped() + report.suppressed()).isZero();
        }
    }

    @Test
    void everyBuilderSettingIsOptionalAndComesInAnyOrder() {
        try (FairScheduler<Url, Page> scheduler = FairScheduler.<Url, Page>processing(http::get)
                .virtualThreads(false)
                .finishWhenIdle()
                .listener(new TaskListener<>() {})
                .contextPropagator(() -> null)
                .fairness(Fairness.TURNS)
                .cost(url -> url.address().length())
                .turn(Duration.ofMillis(1))
                .channelDefaults(ChannelOptions.defaults().idleTimeout(Duration.ofMinutes(5)))
                .capacity(100)
                .drainTimeout(Duration.ofSeconds(1))
                .workers(2)
                .name("all")
                .build()) {
            assertThat(scheduler.name()).isEqualTo("all");
            assertThat(scheduler.submit("a", new Url("x")).join()).isEqualTo(new Page("content of x"));
        }
        try (FairScheduler<Url, Page> scheduler =
                FairScheduler.<Url, Page>processing(http::get).build()) {
            assertThat(scheduler.name()).isNotBlank();
            assertThat(scheduler.workers()).isEqualTo(Runtime.getRuntime().availableProcessors());
            Channel<Url, Page> channel = scheduler.openChannel("a");
            assertThat(channel.capacity()).isEqualTo(1_024);
            assertThat(channel.weight()).isEqualTo(1);
            assertThat(channel.maxParallel()).isEqualTo(ChannelOptions.UNLIMITED);
        }
    }

    @Test
    void theLastCallOfEachSettingWins() {
        try (FairScheduler<Url, Page> scheduler = FairScheduler.<Url, Page>processing(http::get)
                .name("first")
                .workers(1)
                .name("second")
                .workers(3)
                .channelDefaults(ChannelOptions.capacity(1))
                .channelDefaults(ChannelOptions.capacity(7))
                .build()) {
            assertThat(scheduler.name()).isEqualTo("second");
            assertThat(scheduler.workers()).isEqualTo(3);
            assertThat(scheduler.channel("a").capacity()).isEqualTo(7);
        }
    }

    private record Url(String address) {}

    private record Page(String content) {}

    private static final class Http {
        Page get(Url url) {
            return new Page("content of " + url.address());
        }
    }

    private static final class Store {
        final Map<Url, Page> pages = new ConcurrentHashMap<>();

        void save(Url url, Page page) {
            pages.put(url, page);
        }
    }
}
