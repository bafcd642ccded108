package dev.fairway.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairway.dispatcher.Broadcaster;
import dev.fairway.dispatcher.Message;
import dev.fairway.dispatcher.SequencingDispatcher;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import dev.fairway.spring.autoconfigure.listener.ClockedListenerAutoConfiguration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.stereotype.Component;

/** The Java of the section of docs/guide.md on dispatchers in Spring; {@link GuideTest} compares it with the page. */
class DispatcherGuideTest {
    @Test
    void listeners() {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(FairwayAutoConfiguration.class, ClockedListenerAutoConfiguration.class))
                .withPropertyValues(
                        "fairway.dispatchers.ledger.start-after=69105",
                        "fairway.dispatchers.ledger.receivers=index,billing")
                .withBean(SearchIndex.class)
                .withBean(Bills.class)
                .run(context -> {
                    SequencingDispatcher<Printed> ledger = ledger(context.getBean("ledger"));
                    Printed document = new Printed("acme", "hello");
                    try (Broadcaster<Printed> desk = ledger.broadcaster("desk")) {
                        desk.broadcast(document);
                    }
                    await().until(() -> ledger.stats().receivers().values().stream()
                            .allMatch(receiver -> receiver.lastProcessed() == 69106));
                    assertThat(context.getBean(SearchIndex.class).documents()).containsExactly(document);
                    assertThat(context.getBean(Bills.class).latest()).containsEntry("acme", 69106L);
                });
    }

    @SuppressWarnings("unchecked")
    private static SequencingDispatcher<Printed> ledger(Object bean) {
        return (SequencingDispatcher<Printed>) bean;
    }
}

record Printed(String tenant, String text) {}

@Component
class SearchIndex {
    private final List<Printed> documents = new CopyOnWriteArrayList<>();

    @ClockedListener(dispatcher = "ledger", receiver = "index")
    void add(Printed document) { // its return says that the message is processed
        documents.add(document);
    }

    List<Printed> documents() {
        return documents;
    }
}

@Component
class Bills {
    private final Map<String, Long> latest = new ConcurrentHashMap<>();

    @ClockedListener(dispatcher = "ledger", receiver = "billing", retries = 20, longestBackOff = "1m")
    void charge(Message<Printed> message) { // or Delivery<Printed>, which is also told of ticks
        latest.put(message.payload().tenant(), message.timestamp());
    }

    Map<String, Long> latest() {
        return latest;
    }
}
