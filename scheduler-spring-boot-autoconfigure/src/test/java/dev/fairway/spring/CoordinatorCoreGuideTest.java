package dev.fairway.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.fairway.CancelOption;
import dev.fairway.Completed;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.coordinator.Affinity;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.coordinator.CoordinatorStats;
import dev.fairway.coordinator.NoSuchWorkerException;
import dev.fairway.coordinator.WorkerState;
import dev.fairway.coordinator.WorkerStats;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The Java of the section of docs/guide.md on coordinators, and its messages; {@link GuideTest} compares it with the page. */
class CoordinatorCoreGuideTest {
    record Query(String text) {}

    record Rows(String of) {}

    record Replica(String name) {
        Rows run(Query query) {
            if (query.text().isBlank()) {
                throw new IllegalArgumentException("an empty query");
            }
            if (query.text().equals("torn")) {
                throw new IllegalStateException("the tape is torn");
            }
            return new Rows(query.text());
        }
    }

    private final Replica eu = new Replica("eu");
    private final Replica us = new Replica("us");
    private final Query query = new Query("all");

    @Test
    void choosing() {
        List<Rows> shown = new CopyOnWriteArrayList<>();
        try (Coordinator<Query, Rows> replicas = Coordinator.<Query, Rows>builder()
                .name("replicas")
                .queueThreshold(3) // so many may wait for a preferred worker
                .capacity(10_000) // so many may wait in all
                .build()) {
            replicas.addWorker("eu", eu::run); // any function of a task, and it may throw
            replicas.addWorker("us", us::run);

            TaskHandle<Completed<Rows>> handle = replicas.submit(query); // for whoever will be done first
            Completed<Rows> first = handle.join(); // result() and worker()
            replicas.submit(query, Affinity.prefer(first.worker())); // for the one whose cache is warm
            replicas.submit(query, Affinity.require("us")) // for nobody else
                    .map(Completed::result)
                    .completion()
                    .thenAccept(shown::add);
            assertThat(List.of("eu", "us")).contains(first.worker());
        }
        assertThat(shown).containsExactly(new Rows("all"));
    }

    @Test
    void workersToCome() {
        try (Coordinator<Query, Rows> replicas = replicas()) {
            TaskHandle<Completed<Rows>> late =
                    replicas.submit(query, Affinity.requireWithin("asia", Duration.ofSeconds(30)));
            replicas.addWorker("asia", eu::run);
            assertThat(late.join().worker()).isEqualTo("asia");
        }
    }

    @Test
    void aHangingWorkerHoldsUpOnlyWhatItRuns() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        try (Coordinator<Query, Rows> replicas = replicas()) {
            replicas.addWorker("eu", task -> {
                started.countDown();
                gate.await();
                return new Rows("late");
            });
            TaskHandle<Completed<Rows>> hanging = replicas.submit(query, Affinity.require("eu"));
            started.await();
            for (int i = 0; i < 10; i++) {
                assertThat(replicas.submit(query).join().worker()).isEqualTo("us");
            }
            boolean mine = hanging.cancel(CancelOption.INTERRUPT_RUNNING); // ends at once, and interrupts
            assertThat(mine).isTrue();
            assertThat(replicas.submit(query, Affinity.require("us")).join().worker())
                    .isEqualTo("us");
            gate.countDown();
        }
    }

    @Test
    void failuresAndTimeouts() {
        try (Coordinator<Query, Rows> replicas = replicas()) {
            assertThat(catchThrowable(() -> outcome(replicas, "us"))).isNull();
            assertThatThrownBy(() -> outcome(replicas, "maple")).hasMessage("no worker maple");
            replicas.addWorker("eu", task -> {
                throw new IllegalStateException("the tape is torn");
            });
            assertThatThrownBy(() -> outcome(replicas, "eu"))
                    .hasMessage("failed")
                    .hasCauseInstanceOf(IllegalStateException.class);
            replicas.addWorker("eu", task -> {
                new CountDownLatch(1).await();
                return new Rows("never");
            });
            TaskHandle<Completed<Rows>> slow = replicas.submit(query, Affinity.require("eu"), Duration.ofMillis(1));
            assertThatThrownBy(slow::join).hasCauseInstanceOf(TimeoutException.class);
            WorkerStats stats = replicas.stats("eu").orElseThrow();
            assertThat(stats.failed()).isEqualTo(2);
        }
    }

    private void outcome(Coordinator<Query, Rows> replicas, String worker) throws IOException {
        try {
            TaskHandle<Completed<Rows>> handle =
                    replicas.submit(query, Affinity.require(worker), Duration.ofSeconds(20)); // of run time
            assertThat(handle.join().worker()).isEqualTo(worker);
        } catch (TaskFailedException e) {
            throw new IOException("failed", e.getCause()); // what the worker threw; a TimeoutException after 20 s
        } catch (NoSuchWorkerException e) {
            throw new IOException("no worker " + e.worker(), e);
        }
    }

    @Test
    void quarantine() {
        try (Coordinator<Query, Rows> replicas = Coordinator.<Query, Rows>builder()
                .failuresToQuarantine(3)
                .quarantineBackOff(Duration.ofMinutes(1), Duration.ofMinutes(10))
                .failureIf(thrown -> !(thrown instanceof IllegalArgumentException)) // that is the caller's fault
                .build()) {
            replicas.addWorker("eu", eu::run);
            replicas.addWorker("us", us::run);
            for (String text : List.of(" ", " ", " ", "torn", "torn", "torn")) {
                assertThat(replicas.stats("eu").orElseThrow().state()).isNotEqualTo(WorkerState.QUARANTINED);
                assertThatThrownBy(replicas.submit(new Query(text), Affinity.require("eu"))::join)
                        .isInstanceOf(TaskFailedException.class);
            }
            await().until(() -> replicas.stats("eu").orElseThrow().state() == WorkerState.QUARANTINED);
            assertThat(replicas.submit(query, Affinity.prefer("eu")).join().worker())
                    .isEqualTo("us");
            assertThat(Objects.requireNonNull(replicas.stats("eu").orElseThrow().reason()))
                    .startsWith("3 failures in a row");
            assertThat(replicas.submit(query, Affinity.require("eu")).join().worker())
                    .isEqualTo("eu");
            await().until(() -> replicas.stats("eu").orElseThrow().state() == WorkerState.IDLE);
        }
    }

    @Test
    void workersThatCallOneAnother() {
        try (Coordinator<Query, Rows> replicas = replicas()) {
            replicas.addWorker(
                    "cache",
                    task -> replicas.submit(task, Affinity.require("eu"))
                            .join() // eu runs it, and may call cache in turn
                            .result());
            replicas.addWorker("eu", task -> {
                if (task.text().equals("all")) {
                    Query some = new Query("some");
                    return replicas.submit(some, Affinity.require("cache"))
                            .join()
                            .result();
                }
                return new Rows(task.text());
            });
            assertThat(replicas.submit(query, Affinity.require("cache")).join().result())
                    .isEqualTo(new Rows("some"));
        }
    }

    @Test
    void atRunTime() {
        Replica faster = new Replica("eu");
        try (Coordinator<Query, Rows> replicas = replicas()) {
            replicas.addWorker("eu", faster::run); // replaces it: takes over what waits, starts when its task has ended
            replicas.quarantine("us"); // puts it aside: it gets only what requires it
            assertThat(replicas.submit(query).join().worker()).isEqualTo("eu");
            replicas.release("us");
            replicas.removeWorker("us"); // what it runs ends, what requires it fails, the rest goes to others
            CoordinatorStats all = replicas.stats();
            WorkerStats one = replicas.stats("eu").orElseThrow();
            assertThat(all.workers()).containsOnlyKeys("eu");
            assertThat(one.any().completed()).isEqualTo(1);
            assertThat(replicas.submit(query, Affinity.prefer("us")).join().worker())
                    .isEqualTo("eu");
        }
    }

    private Coordinator<Query, Rows> replicas() {
        Coordinator<Query, Rows> replicas =
                Coordinator.<Query, Rows>builder().name("replicas").build();
        replicas.addWorker("eu", eu::run);
        replicas.addWorker("us", us::run);
        return replicas;
    }

    // ---- its messages

    @Test
    void theMessagesOfThePageAreThoseOfTheCode() throws Exception {
        List<String> messages = new ArrayList<>();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        try (Coordinator<Query, Rows> replicas =
                Coordinator.<Query, Rows>builder().name("replicas").capacity(1).build()) {
            replicas.addWorker("eu", task -> {
                started.countDown();
                gate.await();
                return eu.run(task);
            });
            replicas.addWorker("us", us::run);
            messages.add(message(replicas.submit(query, Affinity.require("maple"))::join));
            messages.add(message(replicas.submit(new Query("torn"), Affinity.require("us"))::join));
            replicas.submit(query, Affinity.require("eu"));
            started.await();
            TaskHandle<Completed<Rows>> waiting = replicas.submit(query, Affinity.require("eu"));
            messages.add(message(() -> replicas.submit(query)));
            gate.countDown();
            assertThat(waiting.join().worker()).isEqualTo("eu"); // so there is room again
            replicas.addWorker("us", task -> {
                new CountDownLatch(1).await();
                return us.run(task);
            });
            messages.add(message(replicas.submit(query, Affinity.require("us"), Duration.ofMillis(1))::join));
            replicas.shutdownNow();
            messages.add(message(() -> replicas.submit(query)));
            messages.add(message(() -> replicas.addWorker("eu", eu::run)));
        }
        messages.forEach(GuideTest::assertOnThePage);
    }

    @Test
    void aCircleIsNamed() {
        CountDownLatch both = new CountDownLatch(2);
        try (Coordinator<Query, Rows> replicas =
                Coordinator.<Query, Rows>builder().name("replicas").build()) {
            for (String name : List.of("eu", "us")) {
                String other = name.equals("eu") ? "us" : "eu";
                replicas.addWorker(name, task -> {
                    if (task.text().equals("all")) {
                        both.countDown();
                        both.await();
                        return replicas.submit(new Query("some"), Affinity.require(other))
                                .join()
                                .result();
                    }
                    return new Rows(task.text());
                });
            }
            List<TaskHandle<Completed<Rows>>> handles = Stream.of("eu", "us")
                    .map(name -> replicas.submit(query, Affinity.require(name)))
                    .toList();
            Throwable refused = handles.stream()
                    .map(handle -> catchThrowable(handle::join))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElseThrow();
            String message = String.valueOf(refused.getCause().getMessage());
            GuideTest.assertOnThePage(
                    message.contains("worker 'us' waits for a task that is queued at")
                                    && message.indexOf("'us'") < message.indexOf("'eu'")
                            ? message.replace("'us'", "'?'")
                                    .replace("'eu'", "'us'")
                                    .replace("'?'", "'eu'")
                            : message);
        }
    }

    @Test
    void whatACloseLeavesIsLogged() {
        List<String> lines = GuideTest.logged("dev.fairway.coordinator", () -> {
            try (Coordinator<Query, Rows> replicas = Coordinator.<Query, Rows>builder()
                    .name("replicas")
                    .drainTimeout(Duration.ZERO)
                    .build()) {
                replicas.submit(query);
                replicas.submit(query, Affinity.prefer("eu"));
            }
        });
        assertThat(lines).hasSize(1).allSatisfy(GuideTest::assertOnThePage);
    }

    private static String message(org.assertj.core.api.ThrowableAssert.ThrowingCallable code) {
        return String.valueOf(catchThrowable(code).getMessage());
    }
}
