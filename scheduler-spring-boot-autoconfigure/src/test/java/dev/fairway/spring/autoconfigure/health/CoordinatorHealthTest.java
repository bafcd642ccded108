package dev.fairway.spring.autoconfigure.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.Completed;
import dev.fairway.TaskHandle;
import dev.fairway.coordinator.Affinity;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class CoordinatorHealthTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(FairwayAutoConfiguration.class, FairwayHealthAutoConfiguration.class))
            .withPropertyValues("fairway.coordinators.cats=");

    @Test
    void isDownWhileTasksWaitAndThereIsNoWorker() {
        runner.run(context -> {
            assertThat(health(context).getStatus()).as("nothing to do").isEqualTo(Status.UP);
            TaskHandle<Completed<String>> waiting = cats(context).submit("purr");
            assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
            assertThat(health(context).getDetails())
                    .containsOnlyKeys("coordinator cats")
                    .containsEntry("coordinator cats", "tasks wait (1), and there is no worker");
            cats(context).addWorker("maple", task -> task);
            waiting.join();
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
        });
    }

    @Test
    void isDownWhenAllWorkersAreQuarantined() {
        runner.run(context -> {
            cats(context).addWorker("maple", task -> task);
            cats(context).addWorker("oktocat", task -> task);
            cats(context).quarantine("maple");
            assertThat(health(context).getStatus())
                    .as("there is one to rely on")
                    .isEqualTo(Status.UP);
            cats(context).quarantine("oktocat");
            assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
            assertThat(health(context).getDetails())
                    .containsEntry(
                            "coordinator cats",
                            "all 2 workers are quarantined; worker 'maple' is quarantined: put aside by hand");
            cats(context).removeWorker("maple");
            assertThat(health(context).getDetails())
                    .containsEntry("coordinator cats", "the only worker 'oktocat' is quarantined: put aside by hand");
            cats(context).release("oktocat");
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
        });
    }

    @Test
    void aRemovedWorkerWhoseLastTaskRunsIsNobodyToRelyOn() {
        runner.run(context -> {
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            cats(context).addWorker("maple", task -> {
                started.countDown();
                go.await();
                return task;
            });
            cats(context).submit("purr");
            started.await();
            TaskHandle<Completed<String>> waiting = cats(context).submit("purr", Affinity.prefer("maple"));
            assertThat(health(context).getStatus()).as("busy is fine").isEqualTo(Status.UP);
            cats(context).removeWorker("maple");
            assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
            waiting.cancel();
            go.countDown();
        });
    }

    @Test
    void doesNotWakeUpTheLazyDefault() {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(FairwayAutoConfiguration.class, FairwayHealthAutoConfiguration.class))
                .run(context -> {
                    assertThat(health(context).getStatus()).isEqualTo(Status.UP);
                    assertThat(context.getBeanFactory().containsSingleton("coordinator"))
                            .isFalse();
                });
    }

    private static Health health(BeanFactory context) {
        return context.getBean(FairwayHealthIndicator.class).health();
    }

    @SuppressWarnings("unchecked")
    private static Coordinator<String, String> cats(BeanFactory context) {
        return context.getBean("cats", Coordinator.class);
    }
}
