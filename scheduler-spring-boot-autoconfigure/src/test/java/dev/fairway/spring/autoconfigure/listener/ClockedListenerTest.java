package dev.fairway.spring.autoconfigure.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairway.ContextPropagator;
import dev.fairway.dispatcher.Broadcaster;
import dev.fairway.dispatcher.Delivery;
import dev.fairway.dispatcher.DeliveryErrorCallback;
import dev.fairway.dispatcher.Message;
import dev.fairway.dispatcher.ReceiverState;
import dev.fairway.dispatcher.ReceiverStats;
import dev.fairway.dispatcher.Sender;
import dev.fairway.dispatcher.SequencingDispatcher;
import dev.fairway.dispatcher.Tick;
import dev.fairway.scheduler.FairExecutor;
import dev.fairway.spring.ClockedListener;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import dev.fairway.spring.autoconfigure.context.FairwayContextAutoConfiguration;
import dev.fairway.spring.autoconfigure.health.FairwayHealthAutoConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

@ExtendWith(OutputCaptureExtension.class)
class ClockedListenerTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    FairwayAutoConfiguration.class,
                    ClockedListenerAutoConfiguration.class,
                    FairwayHealthAutoConfiguration.class))
            .withPropertyValues("fairway.dispatchers.ledger.receivers=index,billing");

    // ---- what it gets

    @Test
    void aMethodGetsThePayloadsTheMessagesOrTheDeliveriesInOrder() {
        runner.withBean(Index.class)
                .withBean(Billing.class)
                .withBean(Audit.class)
                .withPropertyValues("fairway.dispatchers.ledger.receivers=index,billing,audit")
                .run(context -> {
                    SequencingDispatcher<String> ledger = ledger(context);
                    Sender<String> toIndex = ledger.sender("web", "index");
                    Broadcaster<String> toAll = ledger.broadcaster("control");
                    toIndex.send("one");
                    toIndex.send("two");
                    toAll.broadcast("three");
                    awaitProcessed(ledger, 3, "index", "billing", "audit");
                    assertThat(context.getBean(Index.class).got).containsExactly("one", "two", "three");
                    assertThat(context.getBean(Billing.class).got).containsExactly(new Message<>("three", 3));
                    assertThat(context.getBean(Audit.class).got)
                            .as("ticks, too")
                            .containsSequence(List.of(new Tick<>(2), new Message<>("three", 3)));
                });
    }

    @Test
    void theBeanGetsNoProxyAndTheReturnOfItsMethodSaysThatTheMessageIsProcessed() {
        runner.withBean(Index.class).run(context -> {
            Index index = context.getBean(Index.class);
            assertThat(AopUtils.isAopProxy(index)).isFalse();
            CountDownLatch go = new CountDownLatch(1);
            CountDownLatch inside = new CountDownLatch(1);
            index.first = text -> {
                inside.countDown();
                go.await();
            };
            SequencingDispatcher<String> ledger = ledger(context);
            ledger.sender("web", "index").send("one");
            inside.await();
            assertThat(stats(ledger, "index").lastProcessed()).isZero();
            go.countDown();
            awaitProcessed(ledger, 1, "index");
        });
    }

    @Test
    void otherAdviceOfTheBeanApplies() {
        AtomicInteger advised = new AtomicInteger();
        runner.withBean(Index.class)
                .withBean(BeanPostProcessor.class, () -> new Advising(advised))
                .run(context -> {
                    SequencingDispatcher<String> ledger = ledger(context);
                    ledger.sender("web", "index").send("one");
                    awaitProcessed(ledger, 1, "index");
                    assertThat(advised).hasValue(1);
                });
    }

    @Test
    void theSendersContextIsThatOfTheListener() {
        runner.withConfiguration(AutoConfigurations.of(FairwayContextAutoConfiguration.class))
                .withBean(Index.class)
                .run(context -> {
                    assertThat(context).hasBean("fairwayMdcPropagator").hasSingleBean(Index.class);
                    assertThat(context.getBean("fairwayMdcPropagator")).isInstanceOf(ContextPropagator.class);
                    List<String> seen = new CopyOnWriteArrayList<>();
                    context.getBean(Index.class).first = text -> seen.add(text + " " + MDC.get("document"));
                    SequencingDispatcher<String> ledger = ledger(context);
                    Sender<String> web = ledger.sender("web", "index");
                    MDC.put("document", "42");
                    try {
                        web.send("one");
                    } finally {
                        MDC.clear();
                    }
                    web.send("two");
                    awaitProcessed(ledger, 2, "index");
                    assertThat(seen).containsExactly("one 42", "two null");
                });
    }

    @Test
    void namesMayBePlaceholdersAndTheOnlyDispatcherNeedsNone() {
        runner.withBean(ByPlaceholder.class)
                .withPropertyValues("desk.receiver=index", "desk.back-off=1ms")
                .run(context -> {
                    SequencingDispatcher<String> ledger = ledger(context);
                    ledger.sender("web", "index").send("one");
                    awaitProcessed(ledger, 1, "index");
                    assertThat(context.getBean(ByPlaceholder.class).got).containsExactly("one");
                });
    }

    @Test
    void aLazyBeanIsMadeForItsListener() {
        runner.withUserConfiguration(LazyIndex.class).run(context -> {
            SequencingDispatcher<String> ledger = ledger(context);
            ledger.sender("web", "index").send("one");
            awaitProcessed(ledger, 1, "index");
        });
    }

    @Test
    void aListenerThatOnlyTheInstanceShowsIsFound() {
        runner.withBean("index", Object.class, Index::new).run(context -> {
            SequencingDispatcher<String> ledger = ledger(context);
            ledger.sender("web", "index").send("one");
            awaitProcessed(ledger, 1, "index");
        });
    }

    // ---- when it fails

    @Test
    void whatFailedIsTriedAgainAndNothingIsSkippedNorOutOfOrder(CapturedOutput output) {
        runner.withBean(Index.class).run(context -> {
            Index index = context.getBean(Index.class);
            AtomicInteger tries = new AtomicInteger();
            index.first = text -> {
                if (text.equals("two") && tries.incrementAndGet() < 3) {
                    throw new IllegalStateException("no disk");
                }
            };
            SequencingDispatcher<String> ledger = ledger(context);
            Sender<String> web = ledger.sender("web", "index");
            for (String text : List.of("one", "two", "three")) {
                web.send(text);
            }
            awaitProcessed(ledger, 3, "index");
            assertThat(index.got).containsExactly("one", "two", "three");
            assertThat(tries).hasValue(3);
            assertThat(stats(ledger, "index").failures()).isEqualTo(2);
            assertThat(output.getOut())
                    .contains("Index.add of bean '")
                    .contains("failed at timestamp 2 (2 of 4 tries): it is tried again in 2 ms:")
                    .contains("no disk");
        });
    }

    @Test
    void whatGoesOnFailingStopsTheReceiverWithTheReason(CapturedOutput output) {
        runner.withBean(Index.class)
                .withPropertyValues("fairway.dispatchers.ledger.inbox-capacity=1")
                .run(context -> {
                    Index index = context.getBean(Index.class);
                    AtomicInteger tries = new AtomicInteger();
                    index.first = text -> {
                        tries.incrementAndGet();
                        throw new IllegalStateException("no disk");
                    };
                    assertThat(health(context).getStatus()).isEqualTo(Status.UP);
                    SequencingDispatcher<String> ledger = ledger(context);
                    Sender<String> web = ledger.sender("web", "index");
                    web.send("one");
                    await().until(() -> stats(ledger, "index").state() == ReceiverState.STOPPED);
                    assertThat(tries).as("one, and three more").hasValue(4);
                    assertThat(stats(ledger, "index").reason()).contains("no disk");
                    assertThat(stats(ledger, "index").lastProcessed())
                            .as("not skipped")
                            .isZero();
                    while (web.trySend("more").isPresent()) {
                        assertThat(ledger.stats().clock()).isLessThan(10);
                    }
                    assertThat(stats(ledger, "index").inboxSize()).isEqualTo(1);
                    assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
                    assertThat((String) health(context).getDetails().get("dispatcher ledger"))
                            .startsWith("receiver 'index' is stopped: ")
                            .contains("no disk");
                    assertThat(output.getOut()).contains("failed at timestamp 1, and is stopped");
                });
    }

    @Test
    void anErrorOrAPayloadThatTheMethodDoesNotTakeStopsAtOnce() {
        for (boolean error : List.of(true, false)) {
            runner.withBean(Index.class).run(context -> {
                AtomicInteger tries = new AtomicInteger();
                context.getBean(Index.class).first = text -> {
                    tries.incrementAndGet();
                    throw new AssertionError("never");
                };
                SequencingDispatcher<Object> ledger = ledger(context);
                ledger.sender("web", "index").send(error ? "one" : 1);
                await().until(() -> stats(ledger, "index").state() == ReceiverState.STOPPED);
                assertThat(tries).hasValue(error ? 1 : 0);
                assertThat(stats(ledger, "index").reason())
                        .contains(
                                error
                                        ? "never"
                                        : "message 1 has a payload of type java.lang.Integer, and Index.add of bean '");
            });
        }
    }

    @Test
    void anErrorHandlerOfTheApplicationsDecidesInstead() {
        List<String> asked = new CopyOnWriteArrayList<>();
        DeliveryErrorCallback<Object> skip = (delivery, failure, failures) -> {
            asked.add(delivery.timestamp() + " " + failure.getMessage());
            return DeliveryErrorCallback.Decision.proceed();
        };
        runner.withBean(Skipping.class)
                .withBean("skip", DeliveryErrorCallback.class, () -> skip)
                .run(context -> {
                    SequencingDispatcher<String> ledger = ledger(context);
                    Sender<String> web = ledger.sender("web", "index");
                    web.send("one");
                    web.send("two");
                    awaitProcessed(ledger, 2, "index");
                    assertThat(asked).containsExactly("1 one", "2 two");
                });
    }

    // ---- beginning and end

    @Test
    void aReceiverThatNobodyListensToIsAWarningWhenTheApplicationIsReady(CapturedOutput output) {
        runner.withBean(Index.class)
                .withPropertyValues("fairway.dispatchers.ledger.receivers=index,billing,audit")
                .run(context -> {
                    ledger(context).receiver("audit");
                    ConfigurableApplicationContext application = context.getSourceApplicationContext();
                    application.publishEvent(new ApplicationReadyEvent(
                            new SpringApplication(), new String[0], application, Duration.ZERO));
                    assertThat(output.getOut())
                            .contains("Nobody listens to receiver 'billing' of dispatcher 'ledger'")
                            .doesNotContain("Nobody listens to receiver 'index'")
                            .doesNotContain("Nobody listens to receiver 'audit'");
                });
    }

    @Test
    void whatWasSentWhileBeansWereMadeIsNotLost() {
        runner.withUserConfiguration(Early.class)
                .withBean(Index.class)
                .run(context -> awaitProcessed(ledger(context), 1, "index"));
    }

    @Test
    void whatDrainingTasksAnnounceIsHandledBeforeTheDataSourceCloses() {
        List<String> events = new CopyOnWriteArrayList<>();
        runner.withBean(Index.class)
                .withBean("dataSource", AutoCloseable.class, () -> () -> events.add("data source closed"))
                .withPropertyValues("fairway.schedulers.render.workers=1")
                .run(context -> {
                    CountDownLatch go = new CountDownLatch(1);
                    Sender<String> web = this.<String>ledger(context).sender("web", "index");
                    context.getBean(Index.class).first = events::add;
                    FairExecutor render = context.getBean(FairExecutor.class);
                    render.submit("acme", () -> {
                        go.await();
                        return web.send("announced while the scheduler drained");
                    });
                    Thread closer = new Thread(context.getSourceApplicationContext()::close);
                    closer.start();
                    await().until(render::isClosed);
                    go.countDown();
                    closer.join();
                    assertThat(events).containsExactly("announced while the scheduler drained", "data source closed");
                });
    }

    @Test
    void whatAListenerLeavesIsReported(CapturedOutput output) {
        runner.withBean(Index.class)
                .withPropertyValues("fairway.dispatchers.ledger.drain-timeout=1ms")
                .run(context -> {
                    CountDownLatch inside = new CountDownLatch(1);
                    CountDownLatch go = new CountDownLatch(1);
                    context.getBean(Index.class).first = text -> {
                        inside.countDown();
                        go.await();
                    };
                    Sender<String> web = this.<String>ledger(context).sender("web", "index");
                    web.send("one");
                    inside.await();
                    web.send("two");
                    context.getSourceApplicationContext().close();
                    go.countDown();
                    assertThat(output.getOut())
                            .contains("Dispatcher 'ledger' did not finish within 1 ms: 1 messages never arrived,"
                                    + " 1 were still being handled (receiver 'index': 1 never arrived,"
                                    + " 1 still being handled)");
                });
    }

    // ---- helpers

    @SuppressWarnings("unchecked")
    private <T> SequencingDispatcher<T> ledger(BeanFactory context) {
        return context.getBean("ledger", SequencingDispatcher.class);
    }

    private static ReceiverStats stats(SequencingDispatcher<?> ledger, String receiver) {
        return ledger.stats().receivers().get(receiver);
    }

    private static void awaitProcessed(SequencingDispatcher<?> ledger, long timestamp, String... receivers) {
        for (String receiver : receivers) {
            await().until(() -> stats(ledger, receiver).lastProcessed() >= timestamp);
        }
    }

    private static Health health(BeanFactory context) {
        return context.getBean("fairwayHealthIndicator", HealthIndicator.class).health();
    }

    /** What is done with a text first. */
    @FunctionalInterface
    interface Step {
        void with(String text) throws Exception;
    }

    static class Index {
        final List<String> got = new CopyOnWriteArrayList<>();
        volatile Step first = text -> {};

        @ClockedListener(
                dispatcher = "ledger",
                receiver = "index",
                retries = 3,
                backOff = "1ms",
                longestBackOff = "100ms")
        void add(String text) throws Exception {
            first.with(text);
            got.add(text);
        }
    }

    static class Billing {
        final List<Message<String>> got = new CopyOnWriteArrayList<>();

        @ClockedListener(dispatcher = "ledger", receiver = "billing")
        public void charge(Message<String> message) {
            got.add(message);
        }
    }

    static class Audit {
        final List<Delivery<String>> got = new CopyOnWriteArrayList<>();

        @ClockedListener(dispatcher = "ledger", receiver = "audit")
        public void write(Delivery<String> delivery) {
            got.add(delivery);
        }
    }

    static class ByPlaceholder {
        final List<String> got = new CopyOnWriteArrayList<>();

        @ClockedListener(receiver = "${desk.receiver}", backOff = "${desk.back-off}")
        void add(String text) {
            got.add(text);
        }
    }

    static class Skipping {
        @ClockedListener(dispatcher = "ledger", receiver = "index", errorHandler = "skip")
        void add(String text) {
            throw new IllegalStateException(text);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyIndex {
        @Bean
        @Lazy
        Index index() {
            return new Index();
        }
    }

    /** Sends before there is a listener. */
    @Configuration(proxyBeanMethods = false)
    static class Early {
        @Bean
        Object sends(SequencingDispatcher<String> ledger) throws InterruptedException {
            return ledger.sender("early", "index").send("one");
        }
    }

    /** Stands for transactions and the like. */
    private record Advising(AtomicInteger advised) implements BeanPostProcessor {
        @Override
        public Object postProcessAfterInitialization(Object bean, String beanName) {
            if (!(bean instanceof Index)) {
                return bean;
            }
            ProxyFactory factory = new ProxyFactory(bean);
            factory.setProxyTargetClass(true);
            factory.addAdvice((MethodInterceptor) invocation -> {
                advised.incrementAndGet();
                return invocation.proceed();
            });
            return factory.getProxy(getClass().getClassLoader());
        }
    }
}
