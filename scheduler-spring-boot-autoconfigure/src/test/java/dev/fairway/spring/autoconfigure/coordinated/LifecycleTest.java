package dev.fairway.spring.autoconfigure.coordinated;

import static dev.fairway.spring.autoconfigure.coordinated.Applications.LIMIT;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.coordinator;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.runner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairway.RejectedTaskException;
import dev.fairway.spring.CoordinatedTask;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** Workers that the container calls by itself. */
class LifecycleTest {
    private static final List<String> events = new CopyOnWriteArrayList<>();

    @BeforeEach
    void forget() {
        events.clear();
    }

    /** Coordinators end in a phase of their own. Who stops before calls its worker by a task; who stops later, when there are none. */
    @ParameterizedTest
    @ValueSource(ints = {SmartLifecycle.DEFAULT_PHASE, 0, Integer.MIN_VALUE})
    void aWorkerIsStartedAndStoppedInWhateverPhase(int phase) {
        runner().withBean("pump", Pump.class, () -> new Pump(phase)).run(context -> {
            assertThat(context).hasNotFailed();
            Pump pump = context.getBean("pump", Pump.class);
            assertThat(pump.isRunning()).isTrue();
            assertThat(events).containsExactly("started as a task");
        });
        assertThat(events)
                .containsExactly(
                        "started as a task",
                        phase == SmartLifecycle.DEFAULT_PHASE ? "stopped as a task" : "stopped directly");
    }

    @Test
    void whatIsNoCallOfTheContainersIsRefusedWhenTheCoordinatorHasEnded() {
        runner().withBean("pump", Pump.class, () -> new Pump(0)).run(context -> {
            Pump pump = context.getBean("pump", Pump.class);
            coordinator(context, "pumps").close();
            assertThatThrownBy(pump::work).isInstanceOf(RejectedTaskException.class);
            assertThat(pump.isRunning()).as("may be asked").isTrue();
        });
    }

    @Test
    void eachInstanceOfAPrototypeKeepsItsOwnSchedule() {
        runner().withUserConfiguration(Clocks.class)
                .withPropertyValues("fairway.coordinators.clocks.workers-per-bean=3")
                .run(context -> await().atMost(LIMIT)
                        .untilAsserted(() -> assertThat(Clock.ticked).hasSize(3)));
        assertThat(events).as("ticks that were no tasks").isEmpty();
    }

    private static String thread() {
        return Thread.currentThread().getName().startsWith("pumps") ? "as a task" : "directly";
    }

    @CoordinatedTask("pumps")
    static class Pump implements SmartLifecycle {
        private final int phase;
        private boolean running;

        Pump(int phase) {
            this.phase = phase;
        }

        public boolean work() {
            return running;
        }

        @Override
        public void start() {
            running = true;
            events.add("started " + thread());
        }

        @Override
        public void stop() {
            running = false;
            events.add("stopped " + thread());
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return phase;
        }
    }

    @CoordinatedTask("clocks")
    static class Clock {
        static final Set<Object> ticked = ConcurrentHashMap.newKeySet();

        @Scheduled(fixedDelay = 1)
        public void tick() {
            ticked.add(this);
            if (!Thread.currentThread().getName().startsWith("clocks")) {
                events.add(Thread.currentThread().getName());
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class Clocks {
        @Bean
        ThreadPoolTaskScheduler taskScheduler() {
            return new ThreadPoolTaskScheduler(); // stops before coordinators do
        }

        @Bean
        @Scope("prototype")
        Clock clock() {
            return new Clock();
        }
    }
}
