package dev.fairway.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.scheduler.ChannelControl;
import dev.fairway.scheduler.FairExecutor;
import dev.fairway.scheduler.FairScheduler;
import dev.fairway.scheduler.SchedulerControl;
import dev.fairway.spring.FairAsyncTaskExecutor;
import dev.fairway.spring.FairSchedulerConfigurer;
import dev.fairway.spring.FairSchedulerCustomizer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.TaskRejectedException;

class SchedulerBeansTest {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(FairwayAutoConfiguration.class));

    @Test
    void eachEntryIsABeanOfItsNameWithItsSettings() {
        runner.withPropertyValues(
                        "fairway.schedulers.render.workers=3",
                        "fairway.schedulers.render.channel-defaults.capacity=64",
                        "fairway.schedulers.render.channel-defaults.max-parallel=2",
                        "fairway.schedulers.render.channels.acme.weight=3",
                        "fairway.schedulers.mail.workers=1")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBeanNamesForType(FairExecutor.class))
                            .containsExactlyInAnyOrder("render", "mail");
                    FairExecutor render = context.getBean("render", FairExecutor.class);
                    assertThat(render.name()).isEqualTo("render");
                    assertThat(render.workers()).isEqualTo(3);
                    ChannelControl acme = render.findChannel("acme").orElseThrow();
                    assertThat(acme.weight()).isEqualTo(3);
                    assertThat(acme.capacity()).as("from the defaults").isEqualTo(64);
                    assertThat(acme.maxParallel()).as("from the defaults").isEqualTo(2);
                    render.channel("other");
                    assertThat(render.findChannel("other").orElseThrow().capacity())
                            .isEqualTo(64);
                    assertThat(context.getBean("mail", FairExecutor.class).workers())
                            .isEqualTo(1);
                });
    }

    @Test
    void anEntryWithoutSettingsIsAScheduler() {
        runner.withPropertyValues("fairway.schedulers.render=")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(FairExecutor.class)
                        .hasBean("render"));
    }

    @Test
    void withoutEntriesThereIsOneDefaultThatNothingWakesUp() {
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBeanFactory().containsSingleton("fairExecutor"))
                    .as("created before somebody asked")
                    .isFalse();
            assertThat(context.getBean(SchedulerBeans.class).all()).isEmpty();
            assertThat(context.getBean(FairExecutor.class)).isSameAs(context.getBean("fairExecutor"));
            assertThat(context.getBean(SchedulerBeans.class).all()).containsOnlyKeys("fairExecutor");
        });
    }

    @Test
    void thereIsNoDefaultBesideAnEntry() {
        runner.withPropertyValues("fairway.schedulers.render.workers=1")
                .run(context -> assertThat(context).doesNotHaveBean("fairExecutor"));
    }

    @Test
    void thereIsNoDefaultBesideASchedulerOfTheApplication() {
        runner.withUserConfiguration(OwnRender.class)
                .run(context ->
                        assertThat(context).doesNotHaveBean("fairExecutor").hasSingleBean(SchedulerControl.class));
    }

    @Test
    void aBeanOfTheSameNameAndTypeReplacesTheEntry() {
        runner.withUserConfiguration(OwnRender.class)
                .withPropertyValues("fairway.schedulers.render.workers=3")
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(FairExecutor.class);
                    assertThat(context.getBean("render", FairExecutor.class).workers())
                            .isEqualTo(7);
                });
    }

    @Test
    void anotherBeanOfTheNameOfAnEntryFailsTheStartNamingBoth() {
        runner.withBean("render", StringBuilder.class, StringBuilder::new)
                .withPropertyValues("fairway.schedulers.render.workers=3")
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(FairwayConfigurationException.class)
                        .hasMessageContaining("fairway.schedulers.render")
                        .hasMessageContaining("bean 'render' of type java.lang.StringBuilder"));
    }

    @Test
    void customizersHaveTheLastWordInTheirOrder() {
        runner.withUserConfiguration(Customizers.class)
                .withPropertyValues("fairway.schedulers.render.workers=3")
                .run(context -> {
                    assertThat(context.getBean(Customizers.class).calls)
                            .containsExactly("first render", "second render");
                    assertThat(context.getBean("render", FairExecutor.class).workers())
                            .isEqualTo(6);
                });
    }

    @Test
    void aSchedulerThatTheApplicationBuildsTakesTheEntrysSettingsThroughTheConfigurer() {
        runner.withUserConfiguration(ConfiguredByHand.class)
                .withPropertyValues("fairway.schedulers.fetch.workers=5")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    FairScheduler<?, ?> fetch = context.getBean("fetch", FairScheduler.class);
                    assertThat(fetch.workers()).isEqualTo(5);
                    assertThat(fetch.name()).isEqualTo("fetch");
                });
    }

    @Test
    void nothingOfOursIsAnExecutor() {
        runner.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class))
                .withPropertyValues("fairway.schedulers.render.workers=1")
                .run(context -> assertThat(context.getBeanNamesForType(Executor.class))
                        .as("Boot's own has not backed off")
                        .containsExactly("applicationTaskExecutor"));
    }

    @Test
    void anAsyncTaskExecutorViewRunsItsTasksInItsChannel() {
        runner.run(context -> {
            FairExecutor executor = context.getBean(FairExecutor.class);
            FairAsyncTaskExecutor mail = FairAsyncTaskExecutor.of(executor, "mail");
            assertThat(mail.submit(() -> 42).get()).isEqualTo(42);
            assertThat(executor.findChannel("mail")).isPresent();

            AtomicReference<String> tenant = new AtomicReference<>("acme");
            FairAsyncTaskExecutor current = FairAsyncTaskExecutor.of(executor, tenant::get);
            AtomicInteger ran = new AtomicInteger();
            current.submitCompletable(ran::incrementAndGet).get();
            tenant.set("globex");
            current.submitCompletable(ran::incrementAndGet).get();
            assertThat(ran).hasValue(2);
            assertThat(executor.channels())
                    .extracting(ChannelControl::name)
                    .containsExactlyInAnyOrder("mail", "acme", "globex");
        });
    }

    @Test
    void aRefusedTaskOfTheViewIsSpringsExceptionWithOursAsItsCause() {
        runner.run(context -> {
            FairExecutor executor = context.getBean(FairExecutor.class);
            FairAsyncTaskExecutor mail = FairAsyncTaskExecutor.of(executor, "mail");
            mail.submit(() -> 1).get();
            executor.close();
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> mail.execute(() -> {})))
                    .isInstanceOf(TaskRejectedException.class)
                    .hasMessageContaining("fairExecutor")
                    .hasCauseInstanceOf(dev.fairway.RejectedTaskException.class);
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnRender {
        @Bean
        FairExecutor render() {
            return FairExecutor.builder().workers(7).build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ConfiguredByHand {
        @Bean
        FairScheduler<String, Integer> fetch(FairSchedulerConfigurer configurer) {
            return configurer
                    .configure("fetch", FairScheduler.<String, Integer>processing(String::length))
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizers {
        final List<String> calls = new ArrayList<>();

        @Bean
        @Order(2)
        FairSchedulerCustomizer second() {
            return (name, builder) -> {
                calls.add("second " + name);
                builder.workers(6);
            };
        }

        @Bean
        @Order(1)
        FairSchedulerCustomizer first() {
            return (name, builder) -> {
                calls.add("first " + name);
                builder.workers(5);
            };
        }
    }
}
