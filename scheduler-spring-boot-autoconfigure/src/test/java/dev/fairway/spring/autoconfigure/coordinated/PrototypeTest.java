package dev.fairway.spring.autoconfigure.coordinated;

import static dev.fairway.spring.autoconfigure.coordinated.Applications.coordinator;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.fails;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.runner;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.together;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.spring.Coordinated;
import dev.fairway.spring.CoordinatedTask;
import jakarta.annotation.PreDestroy;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.event.EventListener;

/** Prototype beans are as many workers as the coordinator's setting says. */
class PrototypeTest {
    private static final AtomicInteger made = new AtomicInteger();
    private static final AtomicInteger destroyed = new AtomicInteger();
    private static final AtomicInteger heard = new AtomicInteger();
    private static final Set<Object> inside = ConcurrentHashMap.newKeySet();

    private final ApplicationContextRunner runner = runner().withUserConfiguration(Prototypes.class);

    @BeforeEach
    void forget() {
        made.set(0);
        destroyed.set(0);
        heard.set(0);
        inside.clear();
    }

    @Test
    void eachInstanceIsAWorker() {
        runner.withPropertyValues("fairway.coordinators.cats.workers-per-bean=3")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(made).hasValue(3);
                    assertThat(coordinator(context, "cats").workers())
                            .containsExactlyInAnyOrder("maple-1", "maple-2", "maple-3");
                    User user = context.getBean(User.class);
                    assertThat(user.maple).isSameAs(context.getBean("maple"));
                    assertThat(user.byClass).isSameAs(user.maple);
                    CountDownLatch all = new CountDownLatch(3);
                    together(3, () -> {
                        user.maple.meet(all);
                        return null;
                    });
                    assertThat(inside)
                            .as("the calls of the bean are for whichever is free")
                            .hasSize(3);
                    assertThat(user.cats
                                    .require("maple-2")
                                    .submit(cat -> cat.meet(null))
                                    .join()
                                    .worker())
                            .isEqualTo("maple-2");
                    context.publishEvent("event");
                    assertThat(heard).as("an event is heard once").hasValue(1);
                    assertThat(made).hasValue(3);
                });
        assertThat(destroyed).hasValue(3);
    }

    @Test
    void aPrimaryPrototypeIsMeantWhenAnyWouldDo() {
        runner().withUserConfiguration(Primary.class).run(context -> {
            assertThat(context.getBean(Cat.class)).isSameAs(context.getBean("first"));
            assertThat(context.getBean(Cat.class).meet(null)).isTrue();
        });
    }

    @Test
    void oneIsTheDefault() {
        runner.run(context -> {
            assertThat(coordinator(context, "cats").workers()).containsExactly("maple-1");
            assertThat(context.getBean("maple", Cat.class).meet(null)).isTrue();
            assertThat(made).hasValue(1);
        });
    }

    @Test
    void anInstanceThatCallsItsOwnBeanCallsItself() {
        runner.withPropertyValues("fairway.coordinators.cats.workers-per-bean=2")
                .run(context -> {
                    Cat maple = context.getBean("maple", Cat.class);
                    Coordinated<?> unused = context.getBean(Coordinated.class);
                    long before = coordinator(context, "cats").stats().completed();
                    assertThat(maple.selfish(maple)).isTrue();
                    assertThat(coordinator(context, "cats").stats().completed()).isEqualTo(before + 1);
                });
    }

    @Test
    void theNameOfAnInstanceMustBeFree() {
        fails(
                runner.withBean("maple-1", String.class, () -> "taken"),
                "a bean 'maple-1' already, which is the name of an instance of the prototype bean 'maple'",
                "Rename");
    }

    @CoordinatedTask("cats")
    interface Cat {
        boolean meet(CountDownLatch all);

        boolean selfish(Cat self);
    }

    static class Maple implements Cat {
        Maple() {
            made.incrementAndGet();
        }

        @Override
        public boolean meet(CountDownLatch all) {
            inside.add(this);
            if (all != null) {
                all.countDown();
                Applications.await(all);
            }
            return true;
        }

        @Override
        public boolean selfish(Cat self) {
            return self.meet(null) && inside.contains(this);
        }

        @EventListener
        public void on(String event) {
            heard.incrementAndGet();
        }

        @PreDestroy
        void destroy() {
            destroyed.incrementAndGet();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Primary {
        @Bean
        @Scope("prototype")
        @org.springframework.context.annotation.Primary
        Maple first() {
            return new Maple();
        }

        @Bean
        Maple second() {
            return new Maple();
        }
    }

    record User(Cat maple, Maple byClass, Coordinated<Cat> cats) {}

    @Configuration(proxyBeanMethods = false)
    static class Prototypes {
        @Bean
        @Scope("prototype")
        Maple maple() {
            return new Maple();
        }

        @Bean
        User user(@Qualifier("maple") Cat maple, Maple byClass, Coordinated<Cat> cats) {
            return new User(maple, byClass, cats);
        }
    }
}
