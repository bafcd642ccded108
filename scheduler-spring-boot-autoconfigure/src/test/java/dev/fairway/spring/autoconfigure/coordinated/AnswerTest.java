package dev.fairway.spring.autoconfigure.coordinated;

import static dev.fairway.spring.autoconfigure.coordinated.Applications.LIMIT;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.coordinator;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.runner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.fairway.coordinator.Coordinator;
import dev.fairway.coordinator.WorkerStats;
import dev.fairway.spring.Coordinated;
import dev.fairway.spring.CoordinatedTask;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Which of the exceptions that a worker throws are answers, and which are failures that it is quarantined for. */
class AnswerTest {
    private static final int FAILURES_TO_QUARANTINE = 5;

    /** So many that those before the last, which are booked, would do. */
    private static final int ENOUGH = FAILURES_TO_QUARANTINE + 1;

    @Test
    void whatAContractLeavesOpenIsWhatTheBeanFillsIn() {
        runner().withBean("filling", Filling.class)
                .withUserConfiguration(FilledInByDefinition.class)
                .run(context -> {
                    for (String bean : new String[] {"filling", "fillings.any", "lambda", "lambdas.any"}) {
                        Job<?> job = context.getBean(bean, Job.class);
                        for (int i = 0; i < ENOUGH; i++) {
                            assertThat(catchThrowable(() -> job.run("order")))
                                    .isExactlyInstanceOf(IllegalStateException.class);
                        }
                    }
                    assertThat(reason(context, "fillings", "filling")).isNull();
                    assertThat(reason(context, "lambdas", "lambda")).isNull();
                    Job<?> lambda = context.getBean("lambda", Job.class);
                    assertFails(context, "lambdas", "lambda", () -> lambda.run("else"));
                    Job<?> filling = context.getBean("filling", Job.class);
                    assertFails(context, "fillings", "filling", () -> filling.run("else"));
                });
    }

    @Test
    void whatAGenericMethodOfTheContractDeclaresIsAnAnswer() {
        runner().withBean("parser", NumberParser.class).run(context -> {
            NumberParser parser = context.getBean("parser", NumberParser.class);
            for (int i = 0; i < ENOUGH; i++) {
                assertThat(catchThrowable(() -> parser.parse("one"))).isInstanceOf(NumberFormatException.class);
            }
            assertThat(reason(context, "parsers", "parser")).isNull();
        });
    }

    /** The same exception is an answer of one method, and a failure of another that is called after it. */
    @Test
    void anAnswerOfOneMethodIsNoneOfAnother() {
        runner().withBean("again", Again.class).run(context -> {
            Again again = context.getBean("again", Again.class);
            assertThat(catchThrowable(again::declared)).isSameAs(Again.SAME);
            assertFails(context, "again", "again", again::undeclared);
        });
    }

    /** outer (of a) calls relay (of b), which calls inner (of a): that runs on the thread of outer, and answers. */
    @Test
    void anAnswerOfANestedCallIsNoneOfTheOuterOne() {
        runner().withUserConfiguration(Nested.class).run(context -> {
            Nesting a = context.getBean("a", Nesting.class);
            assertFails(context, "nestings", "a", a::outer);
        });
    }

    /** So it is for code that is handed over: what it lets through is an answer only if it is the last one. */
    @Test
    void codeThatKeepsAnAnswerAndThrowsItLaterFails() {
        runner().withBean("again", Again.class).run(context -> {
            @SuppressWarnings("unchecked")
            Coordinated<Again> all = context.getBean("again.coordinated", Coordinated.class);
            assertFails(
                    context,
                    "again",
                    "again",
                    () -> all.require("again")
                            .run(again -> {
                                Throwable answer = catchThrowable(again::declared);
                                assertThat(again.fine()).isTrue();
                                throw (RuntimeException) answer;
                            })
                            .join());
        });
    }

    private static void assertFails(BeanFactory context, String coordinator, String worker, ThrowingCallable call) {
        for (int i = 0; i < FAILURES_TO_QUARANTINE; i++) {
            assertThat(catchThrowable(call)).isInstanceOf(RuntimeException.class);
        }
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(reason(context, coordinator, worker))
                        .as("reason")
                        .isNotNull());
    }

    private static String reason(BeanFactory context, String coordinator, String worker) {
        Coordinator<?, ?> found = coordinator(context, coordinator);
        return found.stats(worker).map(WorkerStats::reason).orElse(null);
    }

    interface Job<X extends Exception> {
        void run(String what) throws X;
    }

    private static void work(String what) {
        throw what.equals("order") ? new IllegalStateException(what) : new ArithmeticException(what);
    }

    @CoordinatedTask("fillings")
    static class Filling implements Job<IllegalStateException> {
        @Override
        public void run(String what) {
            work(what);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class FilledInByDefinition {
        @Bean
        @CoordinatedTask("lambdas")
        Job<IllegalStateException> lambda() {
            return AnswerTest::work;
        }
    }

    interface Parser<I, O> {
        O parse(I text) throws NumberFormatException;
    }

    @CoordinatedTask("parsers")
    static class NumberParser implements Parser<String, Integer> {
        @Override
        public Integer parse(String text) {
            return Integer.valueOf(text);
        }
    }

    @CoordinatedTask("again")
    static class Again {
        static final IllegalStateException SAME = new IllegalStateException("the same");

        public void declared() throws IllegalStateException {
            throw SAME;
        }

        public void undeclared() {
            throw SAME;
        }

        public boolean fine() {
            return true;
        }
    }

    @CoordinatedTask("nestings")
    interface Nesting {
        void outer();

        void relay();

        void inner() throws IllegalArgumentException;
    }

    record Nester(Nesting other) implements Nesting {
        @Override
        public void outer() {
            other.relay();
        }

        @Override
        public void relay() {
            other.inner();
        }

        @Override
        public void inner() throws IllegalArgumentException {
            throw new IllegalArgumentException("an answer of inner");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Nested {
        @Bean
        Nesting a(@Lazy @Qualifier("b") Nesting b) {
            return new Nester(b);
        }

        @Bean
        Nesting b(@Lazy @Qualifier("a") Nesting a) {
            return new Nester(a);
        }
    }
}
