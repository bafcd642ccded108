package dev.fairway.spring.autoconfigure.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.dispatcher.Receiver;
import dev.fairway.dispatcher.Sender;
import dev.fairway.dispatcher.SequencingDispatcher;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class DispatcherMetricsTest {
    private final ApplicationContextRunner bare = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(FairwayAutoConfiguration.class, FairwayMetricsAutoConfiguration.class))
            .withBean(SimpleMeterRegistry.class);
    private final ApplicationContextRunner runner = bare.withPropertyValues(
            "fairway.dispatchers.ledger.receivers=index,billing", "fairway.dispatchers.ledger.start-after=5");

    @Test
    void messagesClockAndLagAreCountedByReceiver() {
        runner.run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            SequencingDispatcher<String> ledger = ledger(context);
            Receiver<String> index = ledger.receiver("index");
            assertThat(clock(registry)).isEqualTo(5);
            ledger.sender("web", "index").send("placed");
            ledger.broadcaster("control").broadcast("closed");
            assertThat(clock(registry)).isEqualTo(7);
            assertThat(sent(registry, "index")).isEqualTo(2);
            assertThat(sent(registry, "billing")).isEqualTo(1);
            assertThat(gauge(registry, "lag", "index")).isEqualTo(2);
            index.receive();
            assertThat(gauge(registry, "lag", "index")).isEqualTo(1);
            assertThat(gauge(registry, "lag", "billing")).isEqualTo(2);
            assertThat(gauge(registry, "blocked", "index")).isZero();
        });
    }

    @Test
    void receiversThatComeAndGoAreSeenAtTheNextLookAtTheClock() {
        runner.run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            SequencingDispatcher<String> ledger = ledger(context);
            Receiver<String> late = ledger.receiver("late");
            assertThat(clock(registry)).isEqualTo(5);
            assertThat(receivers(registry)).containsExactlyInAnyOrder("index", "billing", "late");
            ledger.sender("web", "late").send("placed");
            assertThat(sent(registry, "late")).isEqualTo(1);
            late.close();
            assertThat(clock(registry)).isEqualTo(6);
            assertThat(receivers(registry)).containsExactlyInAnyOrder("index", "billing");
        });
    }

    @Test
    void onlySoManyReceiversHaveMetersOfTheirOwnAndTheRestIsCountedTogether() {
        runner.withPropertyValues("fairway.metrics.max-receivers=1").run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            SequencingDispatcher<String> ledger = ledger(context);
            Receiver<String> late = ledger.receiver("late");
            Sender<String> toLate = ledger.sender("web", "late");
            toLate.send("placed");
            ledger.broadcaster("control").broadcast("closed");
            assertThat(clock(registry)).isEqualTo(7);
            assertThat(receivers(registry)).containsExactlyInAnyOrder("index", "_other");
            assertThat(sent(registry, "index")).isEqualTo(1);
            assertThat(sent(registry, "_other")).isEqualTo(3);
            assertThat(gauge(registry, "lag", "_other")).isEqualTo(2);
            late.close();
            assertThat(sent(registry, "_other")).as("never goes down").isEqualTo(3);

            ledger.receiver("index").close();
            assertThat(clock(registry)).isEqualTo(7);
            assertThat(receivers(registry)).containsExactlyInAnyOrder("billing", "_other");
            assertThat(sent(registry, "billing")).as("was counted there before").isZero();
            assertThat(sent(registry, "_other")).isEqualTo(3);
        });
    }

    @Test
    void theLazyDefaultIsNotWokenUpAndHasMetersOnceItIsThere() {
        bare.run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(registry.getMeters()).isEmpty();
            assertThat(context.getBeanFactory().containsSingleton("clockedDispatcher"))
                    .isFalse();
            context.getBean(SequencingDispatcher.class);
            assertThat(registry.get("fairway.dispatcher.clock")
                            .tag("dispatcher", "clockedDispatcher")
                            .gauge()
                            .value())
                    .isZero();
        });
    }

    @SuppressWarnings("unchecked")
    private static SequencingDispatcher<String> ledger(BeanFactory context) {
        return context.getBean("ledger", SequencingDispatcher.class);
    }

    private static Set<String> receivers(MeterRegistry registry) {
        return registry.getMeters().stream()
                .map(meter -> meter.getId().getTag("receiver"))
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    private static double clock(MeterRegistry registry) {
        return registry.get("fairway.dispatcher.clock")
                .tag("dispatcher", "ledger")
                .gauge()
                .value();
    }

    private static double sent(MeterRegistry registry, String receiver) {
        return registry.get("fairway.dispatcher.sent")
                .tags("dispatcher", "ledger", "receiver", receiver)
                .functionCounter()
                .count();
    }

    private static double gauge(MeterRegistry registry, String name, String receiver) {
        return registry.get("fairway.dispatcher." + name)
                .tags("dispatcher", "ledger", "receiver", receiver)
                .gauge()
                .value();
    }
}
