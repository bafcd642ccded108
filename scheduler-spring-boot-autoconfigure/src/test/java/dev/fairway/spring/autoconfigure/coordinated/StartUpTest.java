package dev.fairway.spring.autoconfigure.coordinated;

import static dev.fairway.spring.autoconfigure.coordinated.Applications.LIMIT;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.cause;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.coordinator;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.get;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.runner;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairway.spring.Coordinated;
import dev.fairway.spring.CoordinatedTask;
import dev.fairway.spring.TaskTimeoutException;
import jakarta.annotation.PostConstruct;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanCurrentlyInCreationException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Calls while the application starts. */
class StartUpTest {
    private static final List<String> events = new CopyOnWriteArrayList<>();

    @BeforeEach
    void forget() {
        events.clear();
    }

    @Test
    void aCallRunsOnTheCallersThreadAndCreatesTheWorkersThatAreNotThere() {
        runner().withUserConfiguration(Early.class, LazyWorkers.class).run(context -> {
            assertThat(context).hasNotFailed();
            Caller caller = context.getBean(Caller.class);
            assertThat(caller.ranOn).containsOnly(Thread.currentThread());
            assertThat(events).startsWith("lazy-1 created", "lazy-2 created");
            assertThat(caller.future).succeedsWithin(LIMIT).isEqualTo("later");
            assertThat(caller.failure).isInstanceOf(IOException.class);
            assertThat(caller.worker).startsWith("lazy-");
            await().atMost(LIMIT)
                    .until(() -> coordinator(context, "workers").stats().completed() == 5);
            assertThat(context.getBean("lazy-1", Worker.class).thread())
                    .as("now")
                    .isNotEqualTo(Thread.currentThread());
        });
    }

    @Test
    void aLazyWorkerIsCreatedByTheFirstCallAlsoLater() {
        runner().withUserConfiguration(LazyWorkers.class).run(context -> {
            assertThat(events).isEmpty();
            Worker any = context.getBean("workers.any", Worker.class);
            assertThat(events).isEmpty();
            assertThat(any.thread()).isNotEqualTo(Thread.currentThread());
            assertThat(events).containsExactlyInAnyOrder("lazy-1 created", "lazy-2 created");
        });
    }

    @Test
    void aRequiredLazyWorkerIsCreatedToo() {
        runner().withUserConfiguration(LazyWorkers.class).run(context -> {
            @SuppressWarnings("unchecked")
            Coordinated<Worker> workers = context.getBean("workers.coordinated", Coordinated.class);
            assertThat(workers.require("lazy-2").submit(Worker::thread).join().worker())
                    .isEqualTo("lazy-2");
        });
    }

    @Test
    void aCreationCycleIsSpringsError() {
        runner().withUserConfiguration(Cycle.class).run(context -> {
            assertThat(context).hasFailed();
            assertThat(cause(BeanCurrentlyInCreationException.class, context.getStartupFailure()))
                    .isNotNull();
        });
    }

    @Test
    void callsWithinCallsStayOnTheThreadThroughSeveralWorkersAndCoordinators() {
        runner().withUserConfiguration(Chain.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(ChainCaller.class).trace)
                    .isEqualTo("a b a other b a")
                    .as("all of it");
        });
    }

    @Test
    void anotherThreadWaitsForTheTurnOfTheWorkerAndOfNoOther() {
        runner().withUserConfiguration(Background.class).run(context -> {
            assertThat(context).hasNotFailed();
            Busy busy = context.getBean(Busy.class);
            assertThat(busy.free).isNotNull();
            FutureTask<Thread> waiting =
                    start(() -> context.getBean("one", Gatekeeper.class).pass(null));
            assertThat(waiting).as("the start has not changed whose turn it is").isNotDone();
            busy.gate.countDown();
            assertThat(get(busy.background)).isSameAs(busy.thread);
            assertThat(get(waiting)).isNotNull();
        });
    }

    @CoordinatedTask("workers")
    interface Worker {
        Thread thread();

        CompletableFuture<String> future();

        void fail() throws IOException;
    }

    static class DefaultWorker implements Worker {
        DefaultWorker(String name) {
            events.add(name + " created");
        }

        @Override
        public Thread thread() {
            return Thread.currentThread();
        }

        @Override
        public CompletableFuture<String> future() {
            return CompletableFuture.completedFuture("later");
        }

        @Override
        public void fail() throws IOException {
            throw new IOException("early");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyWorkers {
        @Bean("lazy-1")
        @Lazy
        DefaultWorker one() {
            return new DefaultWorker("lazy-1");
        }

        @Bean("lazy-2")
        @Lazy
        DefaultWorker two() {
            return new DefaultWorker("lazy-2");
        }
    }

    static class Caller {
        final List<Thread> ranOn = new CopyOnWriteArrayList<>();
        final Worker any;
        final CompletableFuture<String> future;
        final String worker;
        Throwable failure;

        Caller(Worker any, Coordinated<Worker> workers) {
            this.any = any;
            ranOn.add(any.thread());
            ranOn.add(workers.require("lazy-2").proxy().thread());
            var completed = workers.any().submit(Worker::thread).join();
            ranOn.add(completed.result());
            worker = completed.worker();
            future = any.future();
        }

        @PostConstruct
        void init() {
            ranOn.add(any.thread());
            try {
                any.fail();
            } catch (IOException e) {
                failure = e;
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Early {
        @Bean
        Caller caller(Worker any, Coordinated<Worker> workers) {
            return new Caller(any, workers);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Cycle {
        @Bean
        Worker cyclic(Impatient impatient) {
            return new DefaultWorker("cyclic");
        }

        @Bean
        Impatient impatient(@Qualifier("workers.any") ObjectProvider<Worker> any) {
            return new Impatient(any.getObject());
        }
    }

    static class Impatient {
        Impatient(Worker any) {
            Thread unused = any.thread();
        }
    }

    @CoordinatedTask("links")
    interface Link {
        String go(int more);
    }

    @CoordinatedTask("others")
    interface Other {
        String go(int more);
    }

    @Configuration(proxyBeanMethods = false)
    static class Chain {
        @Bean
        Link a(@Lazy @Qualifier("b") Link b) {
            return more -> more == 0 ? "a" : "a " + b.go(more - 1);
        }

        @Bean
        Link b(@Lazy @Qualifier("a") Link a, @Lazy Other other) {
            return more -> more == 0 ? "b" : more == 4 ? "b " + a.go(0) + " " + other.go(2) : "b " + a.go(more - 1);
        }

        @Bean
        Other other(@Lazy @Qualifier("links.any") Link any, @Lazy @Qualifier("b") Link b) {
            return more -> {
                String seen = any.go(0);
                return seen.isEmpty() ? "" : "other " + b.go(1);
            };
        }

        @Bean
        ChainCaller chainCaller(@Qualifier("a") Link a, @Qualifier("b") Link b, Other other) {
            return new ChainCaller(a.go(5));
        }
    }

    record ChainCaller(String trace) {}

    @CoordinatedTask("gates")
    interface Gatekeeper {
        Thread pass(CountDownLatch gate);
    }

    static class Busy {
        final CountDownLatch gate = new CountDownLatch(1);
        final Thread free;
        final FutureTask<Thread> background;
        volatile Thread thread;

        Busy(Gatekeeper one, Gatekeeper two) {
            CountDownLatch started = new CountDownLatch(1);
            background = start(() -> {
                thread = Thread.currentThread();
                started.countDown();
                return one.pass(gate);
            });
            Applications.await(started);
            free = two.pass(null);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Background {
        @Bean
        Gatekeeper one() {
            return StartUpTest::pass;
        }

        @Bean
        Gatekeeper two() {
            return StartUpTest::pass;
        }

        @Bean
        Busy busy(@Qualifier("one") Gatekeeper one, @Qualifier("two") Gatekeeper two) {
            return new Busy(one, two);
        }
    }

    private static Thread pass(CountDownLatch gate) {
        if (gate != null) {
            Applications.await(gate);
        }
        return Thread.currentThread();
    }

    @Test
    void aCircleBetweenThreadsIsRefusedAndNoWait() {
        runner().withUserConfiguration(Circle.class).run(context -> {
            assertThat(context).hasNotFailed();
            CircleCaller circle = context.getBean(CircleCaller.class);
            assertThat(circle.refusals()).isEqualTo(1);
        });
    }

    /** The time is over before the thread that keeps the caller's turn has even asked for the other one. */
    @Test
    void aNestedCallWhoseTimeIsOverIsNotWaitedFor() {
        runner().withUserConfiguration(Impatience.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean("caller")).isEqualTo("given up");
            assertThat(coordinator(context, "queues").stats().workers().values())
                    .allSatisfy(worker -> assertThat(worker.waiting()).isZero());
        });
    }

    @CoordinatedTask("queues")
    interface Queue {
        String ask(Queue other);

        @CoordinatedTask(timeout = "1ns")
        String hurry();

        String block(CountDownLatch started, CountDownLatch gate);
    }

    static class QueueWorker implements Queue {
        @Override
        public String ask(Queue other) {
            try {
                return other.hurry();
            } catch (TaskTimeoutException e) {
                return "given up";
            }
        }

        @Override
        public String hurry() {
            return "was in time";
        }

        @Override
        public String block(CountDownLatch started, CountDownLatch gate) {
            started.countDown();
            Applications.await(gate);
            return "opened";
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Impatience {
        @Bean
        Queue front() {
            return new QueueWorker();
        }

        @Bean
        Queue back() {
            return new QueueWorker();
        }

        @Bean
        String caller(@Qualifier("front") Queue front, @Qualifier("back") Queue back) throws Exception {
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch gate = new CountDownLatch(1);
            FutureTask<String> blocking = start(() -> back.block(started, gate));
            Applications.await(started);
            String answer = get(start(() -> front.ask(back)));
            gate.countDown();
            assertThat(get(blocking)).isEqualTo("opened");
            return answer;
        }
    }

    @CoordinatedTask("ring")
    interface Ring {
        String enter(CountDownLatch both, Ring next);
    }

    static class RingWorker implements Ring {
        @Override
        public String enter(CountDownLatch both, Ring next) {
            both.countDown();
            Applications.await(both);
            return next == null ? "end" : next.enter(both, null);
        }
    }

    record CircleCaller(int refusals) {}

    @Configuration(proxyBeanMethods = false)
    static class Circle {
        @Bean
        RingWorker left() {
            return new RingWorker();
        }

        @Bean
        RingWorker right() {
            return new RingWorker();
        }

        @Bean
        CircleCaller circle(@Qualifier("left") Ring left, @Qualifier("right") Ring right) throws Exception {
            CountDownLatch both = new CountDownLatch(2);
            FutureTask<String> one = start(() -> left.enter(both, right));
            FutureTask<String> other = start(() -> right.enter(both, left));
            int refusals = 0;
            for (FutureTask<String> each : List.of(one, other)) {
                try {
                    assertThat(get(each)).isEqualTo("end");
                } catch (IllegalStateException e) {
                    refusals++;
                }
            }
            return new CircleCaller(refusals);
        }
    }
}
