package dev.fairway.spring.autoconfigure.coordinated;

import static dev.fairway.spring.autoconfigure.coordinated.Applications.LIMIT;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.coordinator;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.get;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.runner;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.start;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairway.TaskHandle;
import dev.fairway.spring.Coordinated;
import dev.fairway.spring.CoordinatedTask;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/** No two threads are ever inside a worker's bean, whoever calls it. */
class ExclusionTest {
    private static final int THREADS = 4;
    private static final int CALLS = 150;

    @Test
    void whateverWayTheyComeCallersTakeTurns() {
        runner().withUserConfiguration(Counters.class, Scheduling.class).run(context -> {
            Counter red = context.getBean("red", Counter.class);
            Tally any = context.getBean("tallies.any", Tally.class);
            Tally bound = context.getBean("red", Tally.class);
            @SuppressWarnings("unchecked")
            Coordinated<Tally> tallies = context.getBean("tallies.coordinated", Coordinated.class);
            together(THREADS, () -> {
                List<TaskHandle<?>> handles = new ArrayList<>();
                for (int i = 0; i < CALLS; i++) {
                    any.add();
                    bound.add();
                    red.beyondTheContract();
                    red.packagePrivate();
                    red.isProtected();
                    handles.add(tallies.any().run(Tally::add));
                    tallies.require("red").proxy().addTwice();
                    handles.add(tallies.prefer("red").run(worker -> {
                        worker.add();
                        worker.add();
                    }));
                    if (i % 10 == 0) {
                        context.publishEvent("event");
                    }
                }
                for (TaskHandle<?> handle : handles) {
                    handle.join(LIMIT);
                }
                return null;
            });
            int visits = red.end().calls()
                    + context.getBean("blue", Counter.class).end().calls();
            assertThat(visits)
                    .as("calls and events; ticks are more")
                    .isGreaterThanOrEqualTo(THREADS * CALLS * 10 + THREADS * CALLS / 10);
            red.end().check(THREADS * CALLS * 6);
            context.getBean("blue", Counter.class).end().check(0);
            assertThat(red.events()).as("each event once").isEqualTo(THREADS * CALLS / 10);
        });
    }

    @Test
    void scheduledMethodsAreTasksOfTheirOwnWorker() {
        runner().withUserConfiguration(Counters.class, Scheduling.class).run(context -> {
            Counter red = context.getBean("red", Counter.class);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(red.scheduled()).isNotNull());
            assertThat(red.scheduled()).startsWith("tallies");
            assertThat(coordinator(context, "tallies")
                            .stats("red")
                            .orElseThrow()
                            .required())
                    .isPositive();
        });
    }

    @Test
    void aWorkersCallsOfItselfRunInline() {
        runner().withUserConfiguration(Narcissist.class).run(context -> {
            Mirror mirror = context.getBean("mirror", Mirror.class);
            assertThat(mirror.lookTwice()).isTrue();
            assertThat(coordinator(context, "mirrors").stats().completed()).isEqualTo(1);
            assertThat(mirror.future().get(LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS))
                    .isEqualTo("seen");
        });
    }

    @Test
    void aWorkerHandedToAnotherThreadIsStillOneAtATime() {
        runner().withUserConfiguration(Counters.class).run(context -> {
            @SuppressWarnings("unchecked")
            Coordinated<Tally> tallies = context.getBean("tallies.coordinated", Coordinated.class);
            AtomicReference<Tally> leaked = new AtomicReference<>();
            tallies.require("red").run(leaked::set).join();
            together(THREADS, () -> {
                for (int i = 0; i < CALLS; i++) {
                    leaked.get().add();
                }
                return null;
            });
            context.getBean("red", Counter.class).end().check(THREADS * CALLS);
        });
    }

    @Test
    void workersCallOneAnother() {
        runner().withUserConfiguration(PingPong.class).run(context -> {
            Player ping = context.getBean("ping", Player.class);
            Player pong = context.getBean("pong", Player.class);
            assertThat(ping.play(4)).as("there and back").isEqualTo("ping pong ping pong ping");
            AtomicInteger played = new AtomicInteger();
            together(THREADS, () -> {
                for (int i = 0; i < 50; i++) {
                    try {
                        assertThat(i % 2 == 0 ? ping.play(3) : pong.play(3))
                                .isEqualTo(i % 2 == 0 ? "ping pong ping pong" : "pong ping pong ping");
                        played.incrementAndGet();
                    } catch (IllegalStateException circle) {
                        assertThat(circle).hasMessageContaining("ping").hasMessageContaining("pong");
                    }
                }
                return null;
            });
            assertThat(played)
                    .as("who waits is not refused, only who would close the circle")
                    .hasPositiveValue();
            assertThat(pong.play(4)).as("nothing is left of it").isEqualTo("pong ping pong ping pong");
            Detectors detectors = context.getBean(Detectors.class);
            detectors.ping.check(2 * played.get() + 5);
            detectors.pong.check(2 * played.get() + 5);
        });
    }

    @Test
    void aBeanIsInitializedAndDestroyedWhenNoTaskRuns() throws Exception {
        Life.events.clear();
        CountDownLatch started = new CountDownLatch(1);
        AtomicReference<FutureTask<Boolean>> call = new AtomicReference<>();
        runner().withBean("life", Life.class).run(context -> {
            Life life = context.getBean(Life.class);
            call.set(start(() -> life.live(started)));
            Applications.await(started);
        });
        assertThat(get(call.get())).as("interrupted").isFalse();
        assertThat(Life.events).containsExactly("init", "begin", "end", "destroy");
    }

    @Test
    void aBeanThatIsTakenAwayAloneWaitsForItsTask() {
        Life.events.clear();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        runner().withBean("life", Life.class).run(context -> {
            Life life = context.getBean("life", Life.class);
            var task = start(() -> life.until(started, gate));
            Applications.await(started);
            DefaultListableBeanFactory factory = (DefaultListableBeanFactory) context.getBeanFactory();
            var destroyed = start(() -> {
                factory.destroySingleton("life");
                return true;
            });
            await().atMost(LIMIT)
                    .until(() -> !coordinator(context, "life").workers().contains("life"));
            gate.countDown();
            assertThat(get(task)).isTrue();
            assertThat(get(destroyed)).isTrue();
        });
        assertThat(Life.events).containsExactly("init", "begin", "end", "destroy");
    }

    @Test
    void aBeanWhoseTaskDoesNotEndIsNotDestroyed() {
        Life.events.clear();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        runner().withPropertyValues("fairway.coordinators.life-line.drain-timeout=0")
                .withBean("lifeline", LifeLine.class)
                .run(context -> {
                    LifeLine life = context.getBean("lifeline", LifeLine.class);
                    var task = start(() -> life.until(started, gate));
                    Applications.await(started);
                    ((DefaultListableBeanFactory) context.getBeanFactory()).destroySingleton("lifeline");
                    assertThat(Life.events).doesNotContain("destroy of the line");
                    gate.countDown();
                    assertThat(get(task)).isTrue();
                });
        assertThat(Life.events).doesNotContain("destroy of the line");
    }

    @CoordinatedTask("tallies")
    interface Tally {
        void add();

        default void addTwice() {
            add();
            add();
        }
    }

    static class Counter implements Tally {
        private final Detector detector = new Detector();
        private int events;
        private String scheduled;

        @Override
        public void add() {
            detector.visit();
        }

        public void beyondTheContract() {
            detector.visit();
        }

        void packagePrivate() {
            detector.visit();
        }

        protected void isProtected() {
            detector.visit();
        }

        @EventListener
        public void on(String event) {
            events++;
            detector.visit();
        }

        @Scheduled(fixedDelay = 1)
        void tick() {
            scheduled = Thread.currentThread().getName();
            detector.visit();
        }

        public int events() {
            return events;
        }

        public String scheduled() {
            return scheduled;
        }

        /** The detector, at a moment when nobody is inside. */
        public Detector end() {
            return detector;
        }

        @Override
        public String toString() {
            throw new AssertionError("not through the proxy");
        }

        @Override
        public int hashCode() {
            throw new AssertionError("not through the proxy");
        }

        @Override
        public boolean equals(Object other) {
            throw new AssertionError("not through the proxy");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Counters {
        @Bean
        Counter red() {
            return new Counter();
        }

        @Bean
        Counter blue() {
            return new Counter();
        }

        @Bean
        SmartInitializingSingleton proxiesAreKeys(@Qualifier("red") Counter red) {
            return () -> assertThat(java.util.Set.of(red)).contains(red).hasToString("[" + red + "]");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class Scheduling {}

    @CoordinatedTask("mirrors")
    static class Mirror {
        private final ApplicationContext context;
        private int inside;

        Mirror(ApplicationContext context) {
            this.context = context;
        }

        public boolean lookTwice() {
            return look() && me().look();
        }

        boolean look() {
            inside++;
            return inside > 0;
        }

        public CompletableFuture<String> future() {
            return me().inner();
        }

        CompletableFuture<String> inner() {
            return CompletableFuture.completedFuture("seen");
        }

        private Mirror me() {
            return context.getBean("mirror", Mirror.class);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Narcissist {
        @Bean
        Mirror mirror(ApplicationContext context) {
            return new Mirror(context);
        }
    }

    @CoordinatedTask("players")
    interface Player {
        String play(int more);
    }

    record Member(String name, Detector detector, Player other) implements Player {
        @Override
        public String play(int more) {
            detector.visit();
            return more == 0 ? name : name + " " + other.play(more - 1);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PingPong {
        @Bean
        Detectors detectors() {
            return new Detectors(new Detector(), new Detector());
        }

        @Bean
        Player ping(Detectors detectors, @Lazy @Qualifier("pong") Player pong) {
            return new Member("ping", detectors.ping, pong);
        }

        @Bean
        Player pong(Detectors detectors, @Lazy @Qualifier("ping") Player ping) {
            return new Member("pong", detectors.pong, ping);
        }
    }

    record Detectors(Detector ping, Detector pong) {}

    @CoordinatedTask
    static class Life {
        static final java.util.List<String> events = new java.util.concurrent.CopyOnWriteArrayList<>();
        private final ApplicationContext context;

        Life(ApplicationContext context) {
            this.context = context;
        }

        @PostConstruct
        void init() {
            events.add("init");
        }

        /** Goes on until the application ends, and returns whether it was interrupted then. */
        public boolean live(CountDownLatch started) {
            events.add("begin");
            started.countDown();
            await().atMost(LIMIT).until(() -> coordinator(context, "life").isClosed());
            events.add("end");
            return Thread.currentThread().isInterrupted();
        }

        public boolean until(CountDownLatch started, CountDownLatch gate) {
            events.add("begin");
            started.countDown();
            Applications.await(gate);
            events.add("end");
            return true;
        }

        @PreDestroy
        void destroy() {
            events.add("destroy");
        }
    }

    @CoordinatedTask("life-line")
    static class LifeLine {
        public boolean until(CountDownLatch started, CountDownLatch gate) {
            started.countDown();
            Applications.await(gate);
            return true;
        }

        @PreDestroy
        void destroy() {
            Life.events.add("destroy of the line");
        }
    }
}
