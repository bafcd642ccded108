package dev.fairway.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.scheduler.FairExecutor;
import dev.fairway.scheduler.FairScheduler;
import dev.fairway.spring.FairProcessor;
import dev.fairway.spring.TaskProcessor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class FairProcessorTest {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(FairwayAutoConfiguration.class));

    @Test
    void aClassGivesTheTypedSchedulerUnderTheEntrysName() {
        runner.withPropertyValues("fairway.schedulers.render.workers=3")
                .withBean(Renderer.class)
                .withBean(Desk.class)
                .run(context -> {
                    assertThat(context).hasNotFailed().doesNotHaveBean(FairExecutor.class);
                    Desk desk = context.getBean(Desk.class);
                    assertThat(desk.render).isSameAs(context.getBean("render"));
                    assertThat(desk.render.workers()).isEqualTo(3);
                    assertThat(desk.render.submit("acme", "text").join()).isEqualTo(4);
                    assertThat(context.getBean(Renderer.class).committed).containsExactly("text 4");
                });
    }

    @Test
    void typesTellSeveralApart() {
        runner.withPropertyValues("fairway.schedulers.render.workers=3")
                .withUserConfiguration(OnBeanMethod.class)
                .withBean(Renderer.class)
                .withBean(Desk.class)
                .withBean(Mailer.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(Desk.class).render).isSameAs(context.getBean("render"));
                    FairScheduler<Integer, Boolean> mail = context.getBean(Mailer.class).scheduler;
                    assertThat(mail).isSameAs(context.getBean("mail"));
                    assertThat(mail.submit("acme", 4).join()).isTrue();
                });
    }

    @Test
    void aBeanMethodMayCarryTheAnnotationAndALambdaDo() {
        runner.withUserConfiguration(OnBeanMethod.class).run(context -> {
            assertThat(context).hasNotFailed().hasBean("mail");
            assertThat(context.getBean("mail", FairScheduler.class).name()).isEqualTo("mail");
        });
    }

    @Test
    void aBeanMethodMayDeclareTheAnnotatedClass() {
        runner.withUserConfiguration(DeclaredAsTheClass.class)
                .withPropertyValues("fairway.schedulers.render.workers=1")
                .run(context ->
                        assertThat(context).hasNotFailed().getBean("render").isInstanceOf(FairScheduler.class));
    }

    @Test
    void seenTooLateItSaysWhatToDeclare() {
        failure(runner.withUserConfiguration(DeclaredAsTheInterface.class)
                        .withPropertyValues("fairway.schedulers.render.workers=1"))
                .hasMessageContaining("bean 'renderer'")
                .hasMessageContaining("too late to make the scheduler 'render'");
    }

    @Test
    void twoProcessorsOfOneSchedulerAreRefused() {
        failure(runner.withBean("one", Renderer.class).withBean("two", Renderer.class))
                .hasMessageContaining("'one' and 'two' both carry @FairProcessor(\"render\")");
    }

    @Test
    void whatIsNoTaskProcessorIsRefused() {
        failure(runner.withBean("wrong", NoProcessor.class))
                .hasMessageContaining("'wrong'")
                .hasMessageContaining("is no TaskProcessor");
    }

    @Test
    void anAnnotationWithoutANameIsRefused() {
        failure(runner.withBean("wrong", Nameless.class)).hasMessageContaining("'wrong' names no scheduler: ' '");
    }

    @Test
    void aProcessorAndASchedulerOfTheApplicationUnderOneNameAreRefused() {
        failure(runner.withBean("renderer", Renderer.class)
                        .withBean(
                                "render",
                                FairExecutor.class,
                                () -> FairExecutor.builder().build()))
                .hasMessageContaining("@FairProcessor on bean 'renderer'")
                .hasMessageContaining("bean 'render' of type dev.fairway.scheduler.FairExecutor");
        failure(runner.withBean("renderer", Renderer.class)
                        .withBean(
                                "render",
                                FairScheduler.class,
                                () -> FairScheduler.processing(task -> task).build()))
                .hasMessageContaining("@FairProcessor(\"render\") bean 'renderer'")
                .hasMessageContaining("bean 'render' of type dev.fairway.scheduler.FairScheduler");
    }

    private static AbstractThrowableAssert<?, ?> failure(ApplicationContextRunner runner) {
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        runner.run(context -> failures.add(context.getStartupFailure()));
        assertThat(failures).doesNotContainNull().hasSize(1);
        Throwable failure = failures.get(0);
        while (failure.getCause() != null) {
            failure = failure.getCause();
        }
        return assertThat(failure).isInstanceOf(FairwayConfigurationException.class);
    }

    @FairProcessor("render")
    static class Renderer implements TaskProcessor<String, Integer> {
        final List<String> committed = new CopyOnWriteArrayList<>();

        @Override
        public Integer process(String task) {
            return task.length();
        }

        @Override
        public void commit(String task, Integer result) {
            committed.add(task + " " + result);
        }
    }

    static class Desk {
        final FairScheduler<String, Integer> render;

        Desk(FairScheduler<String, Integer> scheduler) {
            this.render = scheduler;
        }
    }

    static class Mailer {
        final FairScheduler<Integer, Boolean> scheduler;

        Mailer(FairScheduler<Integer, Boolean> scheduler) {
            this.scheduler = scheduler;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OnBeanMethod {
        @Bean
        @FairProcessor("mail")
        TaskProcessor<Integer, Boolean> even() {
            return task -> task % 2 == 0;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class DeclaredAsTheClass {
        @Bean
        Renderer renderer() {
            return new Renderer();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class DeclaredAsTheInterface {
        @Bean
        TaskProcessor<String, Integer> renderer() {
            return new Renderer();
        }
    }

    @FairProcessor("render")
    static class NoProcessor {}

    @FairProcessor(" ")
    static class Nameless extends Renderer {}
}
