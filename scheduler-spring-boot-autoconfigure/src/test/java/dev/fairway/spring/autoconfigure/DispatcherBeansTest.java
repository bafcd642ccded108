package dev.fairway.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.dispatcher.MergeOrder;
import dev.fairway.dispatcher.MergingDispatcher;
import dev.fairway.dispatcher.Message;
import dev.fairway.dispatcher.Receiver;
import dev.fairway.dispatcher.Sender;
import dev.fairway.dispatcher.SequencingDispatcher;
import dev.fairway.spring.ClockedDispatcherConfigurer;
import dev.fairway.spring.ClockedDispatcherCustomizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

class DispatcherBeansTest {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(FairwayAutoConfiguration.class));

    @Test
    void eachEntryIsABeanOfItsNameWithItsSettings() {
        runner.withPropertyValues(
                        "fairway.dispatchers.ledger.start-after=69105",
                        "fairway.dispatchers.ledger.inbox-capacity=2",
                        "fairway.dispatchers.ledger.drain-timeout=7s",
                        "fairway.dispatchers.ledger.receivers=index,billing",
                        "fairway.dispatchers.journal=")
                .run(context -> {
                    assertThat(context).hasNotFailed().doesNotHaveBean("clockedDispatcher");
                    assertThat(context.getBeanNamesForType(SequencingDispatcher.class))
                            .containsExactlyInAnyOrder("ledger", "journal");
                    SequencingDispatcher<?> ledger = context.getBean("ledger", SequencingDispatcher.class);
                    assertThat(ledger.name()).isEqualTo("ledger");
                    assertThat(ledger.drainTimeout()).isEqualTo(Duration.ofSeconds(7));
                    assertThat(ledger.stats().clock()).isEqualTo(69105);
                    assertThat(ledger.stats().receivers()).containsOnlyKeys("index", "billing");
                    assertThat(ledger.stats().receivers().get("index").inboxCapacity())
                            .isEqualTo(2);
                });
    }

    @Test
    void isInjectedByTypeWhateverItsPayloads() {
        runner.withPropertyValues("fairway.dispatchers.ledger.receivers=index")
                .withBean(Desk.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    SequencingDispatcher<String> ledger = context.getBean(Desk.class).ledger;
                    Receiver<String> index = ledger.receiver("index");
                    try (Sender<String> web = ledger.sender("web", "index")) {
                        assertThat(web.send("placed")).isEqualTo(1);
                    }
                    assertThat(index.receive()).isEqualTo(new Message<>("placed", 1));
                });
    }

    @Test
    void anEntryMayBeAMergingDispatcher() {
        runner.withPropertyValues(
                        "fairway.dispatchers.merged.mode=merging",
                        "fairway.dispatchers.merged.merge-order=consecutive",
                        "fairway.dispatchers.merged.reorder-capacity=2",
                        "fairway.dispatchers.plain.mode=merging")
                .run(context -> {
                    assertThat(context).hasNotFailed().doesNotHaveBean(SequencingDispatcher.class);
                    assertThat(context.getBean("merged", MergingDispatcher.class)
                                    .order())
                            .isEqualTo(MergeOrder.CONSECUTIVE);
                    assertThat(context.getBean("plain", MergingDispatcher.class).order())
                            .isEqualTo(MergeOrder.FRONTIER);
                });
    }

    @Test
    void withoutEntriesThereIsOneDefaultThatNothingWakesUp() {
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBeanFactory().containsSingleton("clockedDispatcher"))
                    .as("created before somebody asked")
                    .isFalse();
            assertThat(context.getBean(DispatcherBeans.class).all()).isEmpty();
            assertThat(context.getBean(SequencingDispatcher.class)).isSameAs(context.getBean("clockedDispatcher"));
            assertThat(context.getBean(DispatcherBeans.class).all()).containsOnlyKeys("clockedDispatcher");
        });
    }

    @Test
    void thereIsNoDefaultBesideADispatcherOfTheApplication() {
        runner.withUserConfiguration(OwnLedger.class)
                .run(context -> assertThat(context)
                        .doesNotHaveBean("clockedDispatcher")
                        .hasSingleBean(ClockedDispatcher.class));
    }

    @Test
    void aBeanOfTheSameNameAndTypeReplacesTheEntry() {
        runner.withUserConfiguration(OwnLedger.class)
                .withPropertyValues("fairway.dispatchers.ledger.start-after=3")
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(ClockedDispatcher.class);
                    assertThat(context.getBean(ClockedDispatcher.class).stats().clock())
                            .isEqualTo(7);
                });
    }

    @Test
    void aBeanOfAnotherKindOfDispatcherIsAClash() {
        runner.withUserConfiguration(OwnLedger.class)
                .withPropertyValues("fairway.dispatchers.ledger.mode=merging")
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(FairwayConfigurationException.class)
                        .hasMessageContaining("fairway.dispatchers.ledger")
                        .hasMessageContaining("bean 'ledger' of type dev.fairway.dispatcher.SequencingDispatcher"));
    }

    @Test
    void aCoordinatorAndADispatcherOfOneNameFailTheStartNamingBoth() {
        runner.withPropertyValues("fairway.coordinators.ledger=", "fairway.dispatchers.ledger=")
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(FairwayConfigurationException.class)
                        .hasMessageContaining("property fairway.coordinators.ledger")
                        .hasMessageContaining("property fairway.dispatchers.ledger"));
    }

    @Test
    void customizersHaveTheLastWordInTheirOrder() {
        runner.withUserConfiguration(Customizers.class)
                .withPropertyValues("fairway.dispatchers.ledger.start-after=3")
                .run(context -> {
                    assertThat(context.getBean("ledger", ClockedDispatcher.class)
                                    .stats()
                                    .clock())
                            .isEqualTo(6);
                    assertThat(context.getBean(Customizers.class).calls)
                            .containsExactly("first ledger", "second ledger");
                });
    }

    @Test
    void aDispatcherThatTheApplicationBuildsTakesTheEntrysSettingsThroughTheConfigurer() {
        runner.withUserConfiguration(ConfiguredByHand.class)
                .withPropertyValues("fairway.dispatchers.journal.start-after=5")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    ClockedDispatcher<?> journal = context.getBean(ClockedDispatcher.class);
                    assertThat(journal.stats().clock()).isEqualTo(5);
                    assertThat(journal.name()).isEqualTo("journal");
                });
    }

    static class Desk {
        final SequencingDispatcher<String> ledger;

        Desk(SequencingDispatcher<String> ledger) {
            this.ledger = ledger;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnLedger {
        @Bean
        SequencingDispatcher<String> ledger() {
            return ClockedDispatcher.<String>builder().startAfter(7).sequencing();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ConfiguredByHand {
        @Bean
        SequencingDispatcher<String> journal(ClockedDispatcherConfigurer configurer) {
            return configurer
                    .configure("journal", ClockedDispatcher.<String>builder())
                    .sequencing();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizers {
        final List<String> calls = new ArrayList<>();

        @Bean
        @Order(2)
        ClockedDispatcherCustomizer second() {
            return (name, builder) -> {
                calls.add("second " + name);
                builder.startAfter(6);
            };
        }

        @Bean
        @Order(1)
        ClockedDispatcherCustomizer first() {
            return (name, builder) -> {
                calls.add("first " + name);
                builder.startAfter(5);
            };
        }
    }
}
