package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.TaskHandle;
import dev.fairway.testing.Logs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Failures that nobody else would hear of. */
class FailureLogTest {
    @RegisterExtension
    final Logs logs = new Logs();

    private static Job failing(Throwable failure) {
        return Job.of(() -> {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (Exception) failure;
        });
    }

    @Test
    void aFailureOfATaskThatWasOfferedIsLoggedWithItsChannel() {
        IllegalStateException failure = new IllegalStateException("nobody listens");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            scheduler.channel("bulk").offer(failing(failure));
        }
        assertThat(logs.warnings()).anySatisfy(message -> assertThat(message).contains("'bulk'"));
    }

    @Test
    void manyFailuresAreLoggedAtALimitedRate() {
        Error failure = new AssertionError("again and again");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            Channel<Job, String> channel = scheduler.openChannel("bulk", ChannelOptions.capacity(20_000));
            channel.pause();
            for (int i = 0; i < 20_000; i++) {
                channel.offer(failing(failure));
            }
            channel.resume();
        }
        assertThat(logs.warnings()).hasSizeBetween(1, 1_000);
    }

    @Test
    void aFailureThatAHandleTellsIsNotLogged() {
        IllegalStateException failure = new IllegalStateException("the handle knows");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            TaskHandle<String> handle = scheduler.submit("bulk", failing(failure));
            assertThatThrownBy(handle::join).hasCause(failure);
        }
        assertThat(logs.warnings()).isEmpty();
    }
}
