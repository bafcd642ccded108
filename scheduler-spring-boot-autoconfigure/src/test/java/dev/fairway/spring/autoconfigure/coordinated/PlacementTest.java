package dev.fairway.spring.autoconfigure.coordinated;

import static dev.fairway.spring.autoconfigure.coordinated.Applications.coordinator;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.runner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.spring.Coordinated;
import dev.fairway.spring.CoordinatedTask;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** Where the annotation may stand, and which contract that gives. */
class PlacementTest {
    @Test
    void onBeansBehindAnInterfaceOfALibrary() {
        runner().withUserConfiguration(Libraries.class).run(context -> {
            assertThat(context.getBean("upper", Api.class).call("a")).isEqualTo("A on apis");
            assertThat(context.getBean(Api.class)).isSameAs(context.getBean("apis.any"));
            assertThat(coordinator(context, "apis").workers()).containsExactlyInAnyOrder("upper", "lower");
            assertThat(context.getBean("plain", Api.class).call("a")).isEqualTo("none");
        });
    }

    @Test
    void onAClassWithoutAnInterface() {
        runner().withBean("counter", Counter.class).run(context -> {
            Counter any = context.getBean(Counter.class);
            assertThat(any).isSameAs(context.getBean("counter.any"));
            assertThat(any.count()).isEqualTo(1);
            assertThat(context.getBean("counter", Counter.class).count()).isEqualTo(2);
            assertThat(any.packagePrivate()).isEqualTo(3);
            assertThat(coordinator(context, "counter").stats().completed()).isEqualTo(3);
            context.publishEvent("event");
            assertThat(any.heard())
                    .as("by the bean, and not by what stands for it")
                    .isEqualTo(1);
        });
    }

    @Test
    void containerCallbacksReachTheBeanOnly() {
        runner().withBean("aware", Aware.class).run(context -> {
            Aware aware = context.getBean("aware", Aware.class);
            assertThat(aware.names()).isEqualTo("aware");
            assertThat(aware.initialized()).isEqualTo(1);
            assertThat(context.getBean("awares.any", Aware.class).initialized()).isEqualTo(1);
        });
        assertThat(Aware.closed).isEqualTo(1);
    }

    @Test
    void onBeanMethods() {
        runner().withUserConfiguration(BeanMethods.class).run(context -> {
            Api any = context.getBean(Api.class);
            assertThat(any.call("a")).endsWith("on beans");
            assertThat(AopUtils.isJdkDynamicProxy(context.getBean("lambda"))).isTrue();
            assertThat(coordinator(context, "beans").workers()).containsExactlyInAnyOrder("lambda", "product");
            assertThat(context.getBean("product", Api.class).call("a")).isEqualTo("product on beans");
        });
    }

    @Test
    void onSingleMethods() {
        runner().withBean("printer", Printer.class)
                .withBean("copier", Printer.class)
                .run(context -> {
                    Printer printer = context.getBean("printer", Printer.class);
                    assertThat(printer.print()).isEqualTo("on printers");
                    assertThat(printer.status()).isEqualTo("none");
                    assertThat(context.getBean("copier", Printer.class).print()).isEqualTo("on printers");
                    assertThat(context.containsBean("printers.any"))
                            .as("no any-proxy")
                            .isFalse();
                    assertThat(coordinator(context, "printers").workers())
                            .containsExactlyInAnyOrder("printer", "copier");
                    assertThatThrownBy(() -> context.getBean(Coordinated.class))
                            .isInstanceOf(NoSuchBeanDefinitionException.class);
                });
    }

    @Test
    void theNamedContractCounts() throws Exception {
        runner().withBean("both", Both.class).run(context -> {
            assertThat(context.getBean("both.any")).isInstanceOf(Callable.class).isNotInstanceOf(Api.class);
            assertThat(context.getBean("both", Api.class).call("a"))
                    .as("what is not the contract's is a task of its bean")
                    .isEqualTo("both on both");
            assertThat(((Callable<?>) context.getBean("both.any")).call()).isEqualTo("called");
        });
    }

    @Test
    void aContractIsInjectedByItsTypeArguments() {
        runner().withUserConfiguration(Generics.class).run(context -> {
            assertThat(context).hasNotFailed();
            GenericsUser user = context.getBean(GenericsUser.class);
            assertThat(user.texts.echo("a")).isEqualTo("a!");
            assertThat(user.numbers.echo(1)).isEqualTo(2);
            assertThat(user.coordinated
                            .any()
                            .submit(echo -> echo.echo("b"))
                            .join()
                            .result())
                    .isEqualTo("b!");
        });
    }

    @Test
    void aFinalClassIsKnownByItsInterfaces() {
        runner().withBean("last", Last.class).run(context -> {
            assertThat(AopUtils.isJdkDynamicProxy(context.getBean("last"))).isTrue();
            assertThat(context.getBean("last", Api.class).call("a")).isEqualTo("last on apis");
        });
        runner().withBean("method", FinalMethod.class).run(context -> {
            assertThat(AopUtils.isJdkDynamicProxy(context.getBean("method"))).isTrue();
            assertThat(context.getBean("method", Api.class).call("a")).isEqualTo("final on apis");
        });
    }

    @Test
    void aPublicInterfaceMayNameTypesThatAreNot() {
        runner().withBean("hidden", HiddenBean.class).run(context -> {
            Hidden any = context.getBean(Hidden.class);
            assertThat(any.wrap(new Value[] {new Value(1)})).isEqualTo(new Value(1));
            assertThat(any.twice(new Value(2))).isEqualTo(new Value(2));
            assertThat(any).isEqualTo(context.getBean("hiding.any")).hasToString("any worker of coordinator 'hiding'");
            assertThat(coordinator(context, "hiding").stats().completed()).isEqualTo(2);
        });
    }

    @Test
    void theMethodsAnnotationOverridesTheTypesAttributes() {
        runner().withBean("one", Overriding.class)
                .withBean("two", Overriding.class)
                .run(context -> {
                    Overriding any = context.getBean("overriding.any", Overriding.class);
                    for (int i = 0; i < 3; i++) {
                        assertThat(any.ofType("x")).isEqualTo("x");
                        assertThat(any.ofMethod("one")).isEqualTo("one");
                    }
                    var stats = coordinator(context, "overriding").stats("one").orElseThrow();
                    assertThat(stats.required()).isEqualTo(3);
                    assertThat(coordinator(context, "overriding")
                                    .stats("two")
                                    .orElseThrow()
                                    .preferredHits())
                            .isEqualTo(3);
                });
    }

    static String thread() {
        String name = Thread.currentThread().getName();
        for (String coordinator : new String[] {"apis", "beans", "printers", "both"}) {
            if (name.startsWith(coordinator)) {
                return "on " + coordinator;
            }
        }
        return "none";
    }

    record Value(int number) {}

    @CoordinatedTask("hiding")
    public interface Hidden {
        Value wrap(Value[] values);

        default Value twice(Value value) {
            return wrap(new Value[] {wrap(new Value[] {value})});
        }
    }

    static class HiddenBean implements Hidden {
        @Override
        public Value wrap(Value[] values) {
            return values[0];
        }
    }

    interface Api {
        String call(String text);
    }

    @CoordinatedTask("apis")
    static class Upper implements Api {
        @Override
        public String call(String text) {
            return text.toUpperCase(java.util.Locale.ROOT) + " " + thread();
        }
    }

    @CoordinatedTask("apis")
    static class Lower implements Api {
        @Override
        public String call(String text) {
            return text + " " + thread();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Libraries {
        @Bean
        Upper upper() {
            return new Upper();
        }

        @Bean
        Lower lower() {
            return new Lower();
        }

        @Bean
        Api plain() {
            return text -> thread();
        }
    }

    @CoordinatedTask
    static class Counter {
        private int count;
        private int heard;

        public int count() {
            return ++count;
        }

        int packagePrivate() {
            return ++count;
        }

        @EventListener
        public void on(String event) {
            heard++;
        }

        public int heard() {
            return heard;
        }
    }

    @CoordinatedTask("awares")
    static class Aware
            implements org.springframework.beans.factory.BeanNameAware,
                    org.springframework.beans.factory.InitializingBean,
                    AutoCloseable {
        static int closed;
        private String names = "";
        private int initialized;

        @Override
        public void setBeanName(String name) {
            names += name;
        }

        @Override
        public void afterPropertiesSet() {
            initialized++;
        }

        @Override
        public void close() {
            closed++;
        }

        public String names() {
            return names;
        }

        public int initialized() {
            return initialized;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class BeanMethods {
        @Bean
        @CoordinatedTask("beans")
        Api lambda() {
            return text -> text + " " + thread();
        }

        @Bean
        @CoordinatedTask("beans")
        FactoryBean<Api> product() {
            return new ProductFactory();
        }
    }

    static class ProductFactory implements FactoryBean<Api> {
        @Override
        public Api getObject() {
            return text -> "product " + thread();
        }

        @Override
        public Class<?> getObjectType() {
            return Api.class;
        }
    }

    static class Printer {
        @CoordinatedTask("printers")
        public String print() {
            return thread();
        }

        public String status() {
            return thread();
        }
    }

    @CoordinatedTask(value = "both", contract = Callable.class)
    static class Both implements Api, Callable<String> {
        @Override
        public String call(String text) {
            return "both " + thread();
        }

        @Override
        public String call() {
            return "called";
        }
    }

    interface Echo<T> {
        T echo(T value);
    }

    @CoordinatedTask("texts")
    static class TextEcho implements Echo<String> {
        @Override
        public String echo(String value) {
            return value + "!";
        }
    }

    @CoordinatedTask("numbers")
    static class NumberEcho implements Echo<Integer> {
        @Override
        public Integer echo(Integer value) {
            return value + 1;
        }
    }

    static class GenericsUser {
        final Echo<String> texts;
        final Echo<Integer> numbers;
        final Coordinated<Echo<String>> coordinated;

        GenericsUser(Echo<String> texts, Echo<Integer> numbers, Coordinated<Echo<String>> coordinated) {
            this.texts = texts;
            this.numbers = numbers;
            this.coordinated = coordinated;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Generics {
        @Bean
        TextEcho textEcho() {
            return new TextEcho();
        }

        @Bean
        NumberEcho numberEcho() {
            return new NumberEcho();
        }

        @Bean
        GenericsUser user(Echo<String> texts, Echo<Integer> numbers, Coordinated<Echo<String>> coordinated) {
            return new GenericsUser(texts, numbers, coordinated);
        }

        @Bean
        UnaryOperator<String> unrelated() {
            return UnaryOperator.identity();
        }
    }

    @CoordinatedTask("apis")
    static final class Last implements Api {
        @Override
        public String call(String text) {
            return "last " + thread();
        }
    }

    @CoordinatedTask("apis")
    static class FinalMethod implements Api {
        @Override
        public final String call(String text) {
            return "final " + thread();
        }
    }

    @CoordinatedTask(prefer = "'two'")
    static class Overriding {
        public String ofType(String name) {
            return name;
        }

        @CoordinatedTask(require = "#p0")
        public String ofMethod(String name) {
            return name;
        }
    }
}
