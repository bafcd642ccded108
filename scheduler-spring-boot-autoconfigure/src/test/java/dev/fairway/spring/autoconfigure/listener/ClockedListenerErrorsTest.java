package dev.fairway.spring.autoconfigure.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.dispatcher.Receiver;
import dev.fairway.dispatcher.SequencingDispatcher;
import dev.fairway.spring.ClockedListener;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

/** What is wrong is found at start. */
class ClockedListenerErrorsTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(FairwayAutoConfiguration.class, ClockedListenerAutoConfiguration.class))
            .withPropertyValues("fairway.dispatchers.ledger.receivers=index,billing");

    @Test
    void anUnknownDispatcher() {
        refused(UnknownDispatcher.class, "needs the dispatcher 'ledgre', which there is not (dispatchers: [ledger])");
    }

    @Test
    void aDispatcherThatIsSomethingElse() {
        runner.withBean("ledgre", StringBuilder.class, StringBuilder::new)
                .withBean(UnknownDispatcher.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining("needs the dispatcher 'ledgre', which there is not"));
    }

    @Test
    void noDispatcherNamedAndSeveralThere() {
        runner.withPropertyValues("fairway.dispatchers.journal=")
                .withBean(Unnamed.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining(
                                "names no dispatcher, and there is not just one (dispatchers: [journal, ledger])"));
    }

    @Test
    void anUnknownReceiver() {
        refused(
                UnknownReceiver.class,
                "UnknownReceiver.on of bean '",
                "needs the receiver 'idx', which dispatcher 'ledger' does not have (receivers: [billing, index])");
    }

    @Test
    void twoListenersForOneReceiver() {
        refused(Two.class, "Both @ClockedListener method Two.", "listen to receiver 'index' of dispatcher 'ledger'");
    }

    @Test
    void aReceiverThatSomebodyHasClaimedByHand() {
        runner.withUserConfiguration(ByHand.class)
                .withBean(Unnamed.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(FairwayConfigurationException.class)
                        .hasMessageContaining(
                                "receiver 'index' of dispatcher 'ledger', which somebody else has claimed"));
    }

    @Test
    void aMethodThatCannotBeCalledSo() {
        refused(Private.class, "Private.on of bean '", "is private or static");
        refused(Static.class, "Static.on of bean '", "is private or static");
        refused(Returning.class, "returns java.util.concurrent.CompletionStage");
        refused(Greedy.class, "has 2 parameters");
    }

    @Test
    void aBeanThatIsNoSingleton() {
        runner.withUserConfiguration(Prototype.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining("of bean 'many' is in a bean that is no singleton"));
    }

    @Test
    void badBackOffsAndHandlers() {
        refused(BadBackOff.class, "has the backOff 'soon'");
        refused(LongFirst.class, "backOff 60000 ms and longestBackOff 10000 ms");
        refused(NoHandler.class, "needs the error handler 'skip', which there is not");
    }

    @Test
    void anApplicationWithoutListenersMayHaveReceiversToClaim() {
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            Receiver<?> index = context.getBean(SequencingDispatcher.class).receiver("index");
            assertThat(index.name()).isEqualTo("index");
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 100", "2, 200", "3, 400", "5, 1000", "99, 1000"})
    void theBackOffDoublesUpToTheLongest(int failures, long millis) {
        RetryThenStop retry = new RetryThenStop("listener", 100, Duration.ofMillis(100), Duration.ofMillis(1000));
        assertThat(retry.delay(failures)).isEqualTo(Duration.ofMillis(millis));
    }

    private void refused(Class<?> bean, String... messages) {
        runner.withBean(bean)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(FairwayConfigurationException.class)
                        .satisfies(failure -> assertThat(failure.getMessage()).contains(messages)));
    }

    static class UnknownDispatcher {
        @ClockedListener(dispatcher = "ledgre", receiver = "index")
        void on(String text) {}
    }

    static class Unnamed {
        @ClockedListener(receiver = "index")
        void on(String text) {}
    }

    static class UnknownReceiver {
        @ClockedListener(dispatcher = "ledger", receiver = "idx")
        void on(String text) {}
    }

    static class Two {
        @ClockedListener(dispatcher = "ledger", receiver = "index")
        void one(String text) {}

        @ClockedListener(receiver = "index")
        void other(String text) {}
    }

    static class Private {
        @ClockedListener(receiver = "index")
        @SuppressWarnings({"UnusedMethod", "unused"})
        private void on(String text) {}
    }

    static class Static {
        @ClockedListener(receiver = "index")
        static void on(String text) {}
    }

    static class Returning {
        @ClockedListener(receiver = "index")
        java.util.concurrent.CompletionStage<Void> on(String text) {
            throw new IllegalStateException(text);
        }
    }

    static class Greedy {
        @ClockedListener(receiver = "index")
        void on(String text, List<String> more) {}
    }

    static class BadBackOff {
        @ClockedListener(receiver = "index", backOff = "soon")
        void on(String text) {}
    }

    static class LongFirst {
        @ClockedListener(receiver = "index", backOff = "1m")
        void on(String text) {}
    }

    static class NoHandler {
        @ClockedListener(receiver = "index", errorHandler = "skip")
        void on(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Prototype {
        @Bean
        @Scope("prototype")
        Unnamed many() {
            return new Unnamed();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ByHand {
        @Bean
        Receiver<String> claimed(SequencingDispatcher<String> ledger) {
            return ledger.receiver("index");
        }
    }
}
