package dev.fairway.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairway.coordinator.Coordinator;
import dev.fairway.dispatcher.SequencingDispatcher;
import dev.fairway.scheduler.FairExecutor;
import dev.fairway.scheduler.FairScheduler;
import dev.fairway.spring.ClockedListener;
import dev.fairway.spring.Coordinated;
import dev.fairway.spring.CoordinatedTask;
import dev.fairway.spring.FairProcessor;
import dev.fairway.spring.FairTask;
import dev.fairway.spring.TaskProcessor;
import dev.fairway.spring.autoconfigure.coordinated.CoordinatedTaskAutoConfiguration;
import dev.fairway.spring.autoconfigure.listener.ClockedListenerAutoConfiguration;
import dev.fairway.spring.autoconfigure.task.FairTaskAutoConfiguration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.Compiled;
import org.springframework.core.test.tools.TestCompiler;

/** What ahead-of-time processing writes down is compiled, and run with other settings than at build time. */
@CompileWithForkedClassLoader
class AheadOfTimeTest {
    @Test
    void namesAreThoseOfBuildTimeAndSettingsThoseOfTheStart() {
        processed(
                Map.of("fairway.schedulers.render.workers", "2", "fairway.schedulers.mail.workers", "2"),
                Map.of("fairway.schedulers.render.workers", "5", "fairway.schedulers.late.workers", "1"),
                context -> {
                    assertThat(context.getBeanNamesForType(FairExecutor.class))
                            .containsExactlyInAnyOrder("render", "mail");
                    assertThat(context.getBean("render", FairExecutor.class).workers())
                            .isEqualTo(5);
                });
    }

    @Test
    void soItIsWithCoordinators() {
        processed(
                Map.of("fairway.coordinators.cats.capacity", "2", "fairway.coordinators.dogs.capacity", "2"),
                Map.of("fairway.coordinators.cats.capacity", "5", "fairway.coordinators.late.capacity", "1"),
                context -> {
                    assertThat(context.getBeanNamesForType(Coordinator.class))
                            .containsExactlyInAnyOrder("cats", "dogs");
                    assertThat(context.getBean("cats", Coordinator.class)
                                    .stats()
                                    .capacity())
                            .isEqualTo(5);
                    Vet vet = context.getBean(Vet.class);
                    assertThat(vet.cats).isSameAs(context.getBean("cats"));
                    vet.cats.addWorker("maple", String::length);
                    assertThat(vet.cats.submit("purr").join().result()).isEqualTo(4);
                },
                Vet.class);
    }

    @Test
    void soItIsWithDispatchers() {
        processed(
                Map.of("fairway.dispatchers.ledger.start-after", "2"),
                Map.of("fairway.dispatchers.ledger.start-after", "5"),
                context -> assertThat(context.getBean("ledger", SequencingDispatcher.class)
                                .stats()
                                .clock())
                        .isEqualTo(5));
    }

    @Test
    void anotherModeThanThatOfBuildTimeIsAnError() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> processed(
                        Map.of("fairway.dispatchers.ledger.mode", "sequencing"),
                        Map.of("fairway.dispatchers.ledger.mode", "merging"),
                        context -> {})))
                .rootCause()
                .isInstanceOf(FairwayConfigurationException.class)
                .hasMessageContaining("'fairway.dispatchers.ledger.mode' is 'merging', but was 'sequencing'");
    }

    @Test
    void annotatedMethodsListen() {
        TestGenerationContext generated = processed(
                Map.of("fairway.dispatchers.ledger.receivers", "index"),
                Map.of("fairway.dispatchers.ledger.receivers", "index"),
                context -> {
                    SequencingDispatcher<String> ledger = context.getBean(Index.class).ledger;
                    assertThat(ledger.sender("web", "index").trySend("placed")).hasValue(1);
                    await().until(() -> ledger.stats().receivers().get("index").lastProcessed() == 1);
                    assertThat(context.getBean(Index.class).got).containsExactly("placed");
                },
                Index.class);
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Index.class, "add"))
                .accepts(generated.getRuntimeHints());
    }

    @Test
    void theDefaultsAreLazyThereToo() {
        processed(Map.of(), Map.of(), context -> {
            assertThat(context.containsBeanDefinition("fairExecutor")).isTrue();
            assertThat(context.containsBeanDefinition("coordinator")).isTrue();
            assertThat(context.getBeanFactory().containsSingleton("fairExecutor"))
                    .isFalse();
            assertThat(context.getBeanFactory().containsSingleton("coordinator"))
                    .isFalse();
            assertThat(context.getBeanFactory().containsSingleton("clockedDispatcher"))
                    .isFalse();
            assertThat(context.getBean(Coordinator.class).name()).isEqualTo("coordinator");
            assertThat(context.getBean(SequencingDispatcher.class).name()).isEqualTo("clockedDispatcher");
        });
    }

    @Test
    void badSettingsAreFoundAtTheStartToo() {
        refused("fairway.schedulers.render.workers", "2", "0");
    }

    @Test
    void badSettingsOfCoordinatorsAreFoundAtTheStartThoughNobodyHasAskedForOne() {
        refused("fairway.coordinators.cats.ewma-alpha", "1", "2");
    }

    private static void refused(String property, String good, String bad) {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> processed(Map.of(property, good), Map.of(property, bad), context -> {})))
                .rootCause()
                .isInstanceOf(FairwayConfigurationException.class)
                .hasMessageContaining("'" + property + "'");
    }

    @Test
    void typedSchedulersKeepTheirTypes() {
        processed(
                Map.of("fairway.schedulers.render.workers", "2"),
                Map.of("fairway.schedulers.render.workers", "2"),
                context -> {
                    Desk desk = context.getBean(Desk.class);
                    assertThat(desk.render).isSameAs(context.getBean("render"));
                    assertThat(desk.render.submit("acme", "text").join()).isEqualTo(4);
                },
                Renderer.class,
                Desk.class);
    }

    @Test
    void annotatedMethodsAreTasks() {
        TestGenerationContext generated = processed(
                Map.of("fairway.schedulers.render.workers", "2"),
                Map.of("fairway.schedulers.render.workers", "2"),
                context -> {
                    assertThat(context.getBean(Printer.class).print("acme")).isEqualTo("printed for acme");
                    assertThat(context.getBean(Copier.class).copy("acme")).isEqualTo("copied for acme");
                    assertThat(context.getBean(FairExecutor.class).stats().completed())
                            .isEqualTo(2);
                },
                Printer.class,
                FinalCopier.class);
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Printer.class, "keep"))
                .accepts(generated.getRuntimeHints());
        assertThat(RuntimeHintsPredicates.proxies()
                        .forInterfaces(
                                Copier.class,
                                org.springframework.aop.SpringProxy.class,
                                org.springframework.aop.framework.Advised.class,
                                org.springframework.core.DecoratingProxy.class))
                .accepts(generated.getRuntimeHints());
    }

    @Test
    void contractsHaveTheirWorkersAndProxies() {
        Map<String, Object> settings = Map.of("fairway.coordinators.counters.workers-per-bean", "2");
        TestGenerationContext generated = processed(
                settings,
                settings,
                context -> {
                    Cats cats = context.getBean(Cats.class);
                    assertThat(cats.any().name()).isIn("maple", "oktocat");
                    assertThat(cats.maple().name()).isEqualTo("maple");
                    assertThat(cats.selections()
                                    .require("oktocat")
                                    .submit(Cat::name)
                                    .join()
                                    .worker())
                            .isEqualTo("oktocat");
                    assertThat(context.getBean("counter", Counter.class).count())
                            .isEqualTo(1);
                    assertThat(context.getBean(CoordinatorBeans.class)
                                    .find("cats")
                                    .orElseThrow()
                                    .workers())
                            .containsExactlyInAnyOrder("maple", "oktocat");
                    assertThat(context.getBean(CoordinatorBeans.class)
                                    .find("counters")
                                    .orElseThrow()
                                    .workers())
                            .containsExactlyInAnyOrder("counter-1", "counter-2");
                },
                CatConfiguration.class);
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Cat.class, "name"))
                .accepts(generated.getRuntimeHints());
        assertThat(RuntimeHintsPredicates.proxies()
                        .forInterfaces(
                                Cat.class,
                                org.springframework.aop.SpringProxy.class,
                                org.springframework.core.DecoratingProxy.class))
                .as("any worker")
                .accepts(generated.getRuntimeHints());
        assertThat(RuntimeHintsPredicates.proxies()
                        .forInterfaces(
                                Cat.class,
                                org.springframework.aop.SpringProxy.class,
                                org.springframework.aop.framework.Advised.class,
                                org.springframework.core.DecoratingProxy.class))
                .as("the worker of a final class")
                .accepts(generated.getRuntimeHints());
    }

    private static TestGenerationContext processed(
            Map<String, Object> buildTime,
            Map<String, Object> runTime,
            Consumer<GenericApplicationContext> check,
            Class<?>... beans) {
        GenericApplicationContext build = new GenericApplicationContext();
        build.getEnvironment().getPropertySources().addFirst(new MapPropertySource("build", buildTime));
        AnnotationConfigUtils.registerAnnotationConfigProcessors(build);
        AnnotatedBeanDefinitionReader reader = new AnnotatedBeanDefinitionReader(build);
        reader.register(beans);
        reader.register(
                FairwayAutoConfiguration.class,
                FairTaskAutoConfiguration.class,
                CoordinatedTaskAutoConfiguration.class,
                ClockedListenerAutoConfiguration.class);
        TestGenerationContext generated = new TestGenerationContext();
        new ApplicationContextAotGenerator().processAheadOfTime(build, generated);
        generated.writeGeneratedContent();
        TestCompiler.forSystem().with(generated).compile(compiled -> {
            try (GenericApplicationContext run = new GenericApplicationContext()) {
                run.getEnvironment().getPropertySources().addFirst(new MapPropertySource("run", runTime));
                initializer(compiled).initialize(run);
                run.refresh();
                check.accept(run);
            }
        });
        return generated;
    }

    @SuppressWarnings("unchecked")
    private static ApplicationContextInitializer<GenericApplicationContext> initializer(Compiled compiled) {
        return compiled.getInstance(ApplicationContextInitializer.class);
    }

    @FairProcessor("render")
    public static class Renderer implements TaskProcessor<String, Integer> {
        @Override
        public Integer process(String task) {
            return task.length();
        }
    }

    public static class Desk {
        final FairScheduler<String, Integer> render;

        public Desk(FairScheduler<String, Integer> render) {
            this.render = render;
        }
    }

    public static class Vet {
        final Coordinator<String, Integer> cats;

        public Vet(Coordinator<String, Integer> cats) {
            this.cats = cats;
        }
    }

    public static class Index {
        final SequencingDispatcher<String> ledger;
        final List<String> got = new CopyOnWriteArrayList<>();

        public Index(SequencingDispatcher<String> ledger) {
            this.ledger = ledger;
        }

        @ClockedListener(dispatcher = "ledger", receiver = "index")
        void add(String text) {
            got.add(text);
        }
    }

    @CoordinatedTask("cats")
    public interface Cat {
        String name();
    }

    public static class Maple implements Cat {
        @Override
        public String name() {
            return "maple";
        }
    }

    public static final class Oktocat implements Cat {
        @Override
        public String name() {
            return "oktocat";
        }
    }

    public static class Counter {
        private int count;

        public int count() {
            return ++count;
        }
    }

    public record Cats(Cat any, Cat maple, Coordinated<Cat> selections) {}

    @Configuration(proxyBeanMethods = false)
    public static class CatConfiguration {
        @Bean
        public Maple maple() {
            return new Maple();
        }

        @Bean
        public Oktocat oktocat() {
            return new Oktocat();
        }

        @Bean
        @CoordinatedTask("counters")
        @Scope("prototype")
        public Counter counter() {
            return new Counter();
        }

        @Bean
        public Cats cats(Cat any, @Qualifier("maple") Cat maple, Coordinated<Cat> selections) {
            return new Cats(any, maple, selections);
        }
    }

    public static class Printer {
        @FairTask(channel = "#tenant", commit = "keep")
        public String print(String tenant) {
            return "printed for " + tenant;
        }

        public void keep(String tenant, String text) {}
    }

    public interface Copier {
        String copy(String tenant);
    }

    public static final class FinalCopier implements Copier {
        @Override
        @FairTask(channel = "#tenant")
        public String copy(String tenant) {
            return "copied for " + tenant;
        }
    }
}
