package dev.fairway.spring.autoconfigure.coordinated;

import static dev.fairway.spring.autoconfigure.coordinated.Applications.analysis;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.fails;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.runner;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.spring.Coordinated;
import dev.fairway.spring.CoordinatedTask;
import dev.fairway.spring.FairTask;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.scheduling.annotation.Async;

/** Wrong use fails at start, saying what to do. */
class RefusalTest {
    @Test
    void whatCannotBeIntercepted() {
        fails(FinalClass.class, "final, and its contract", "Make nothing of it final");
        fails(FinalMethod.class, "final, and its contract", "implement an interface");
        fails(PrivateMethod.class, "is private", "can be overridden");
        fails(StaticMethod.class, "is static", "can be overridden");
    }

    /** As classes are in Kotlin, when nobody has opened them. */
    @Test
    void whatIsWrongIsSaidToWhoeverStartsTheApplication() {
        runner().withBean("last", FinalClass.class).run(context -> {
            FailureAnalysis analysis = analysis(context.getStartupFailure());
            assertThat(analysis.getDescription())
                    .startsWith("The @CoordinatedTask bean 'last' of type " + FinalClass.class.getName()
                            + " cannot be a worker: the class or one of its methods is final");
            assertThat(analysis.getAction())
                    .isEqualTo("Make nothing of it final, or let it implement an interface with these methods, and name"
                            + " that: @CoordinatedTask(contract = ...).");
        });
    }

    @Test
    void whatWouldLetTwoThreadsIn() {
        fails(
                runner().withUserConfiguration(Good.class)
                        .withPropertyValues("fairway.coordinators.good.workers-per-bean=2"),
                "workers-per-bean is 2, and the bean 'one' is a singleton",
                "scope 'prototype'");
        fails(
                runner().withUserConfiguration(ThreadScoped.class)
                        .withInitializer(
                                context -> context.getBeanFactory().registerScope("request", new SimpleThreadScope())),
                "The @CoordinatedTask bean 'one' has the scope 'request'",
                "singleton");
        fails(AsyncMethod.class, "is @Async", "Remove @Async");
        fails(FairTaskMethod.class, "is a @FairTask, too", "let a @FairTask method of another bean call");
        fails(TwoCoordinators.class, "several coordinators: [", "one coordinator");
        fails(MethodOfAnother.class, "several coordinators: [", "one coordinator");
    }

    @Test
    void whatWouldLetTasksMeetBeansOfOtherContracts() {
        fails(TwoContracts.class, "has two contracts", "another coordinator");
        fails(TwoParameterizations.class, "two parameterizations of one contract", "another coordinator");
        fails(TypeAndMethods.class, "has two contracts", "another coordinator");
    }

    @Test
    void whatIsKnownOnlyFromTheInstance() {
        fails(SeenTooLate.class, "only when it was instantiated", "Declare");
        fails(MadeByAFactoryOfAnything.class, "only when it was instantiated", "Declare");
        fails(MoreThanDeclared.class, "names 'other'", "same coordinator");
    }

    @Test
    void attributesThatMeanNothing() {
        fails(UnknownVariable.class, "uses #bal, which is not there", "#ball");
        fails(UnknownVariableOfMethod.class, "uses #bal, which is not there", "#ball");
        fails(NoExpression.class, "is no expression", "Correct it");
        fails(BareName.class, "begins with a name that is nothing here", "'maple'");
        fails(PrefersAndRequires.class, "both prefers '#p0' and requires '#p0'", "Remove one");
        fails(PrefersOnMethodOfItsOwn.class, "chooses a worker", "annotate the class");
        fails(NoDuration.class, "timeout 'soon' of", "500ms");
        fails(NegativeDuration.class, "taskTimeout '-1s' of", "500ms");
        fails(OddReturnType.class, "java.util.concurrent.FutureTask", "Return CompletionStage");
        fails(ForeignContract.class, "is no java.lang.Runnable", "implement the contract");
        fails(ContractOnMethod.class, "has the contract java.lang.Runnable", "on the class");
        fails(Disagreement.class, "do not agree about", "same @CoordinatedTask attributes");
    }

    @Test
    void namesThatAreTaken() {
        fails(
                runner().withUserConfiguration(Good.class).withBean("good.any", String.class, () -> "mine"),
                "a bean 'good.any' already",
                "Rename");
        fails(
                runner().withUserConfiguration(Good.class).withPropertyValues("fairway.schedulers.good.workers=1"),
                "The coordinator 'good' of a @CoordinatedTask and the bean 'good'",
                "Rename one");
        fails(NameInUse.class, "has a worker 'one' already", "Rename the bean");
    }

    @Test
    void aContractWithoutAnyBeanIsExplained() {
        runner().withBean(NeedsNobody.class).run(context -> {
            FailureAnalysis analysis = new MissingContractFailureAnalyzer().analyze(context.getStartupFailure());
            assertThat(analysis).isNotNull();
            assertThat(analysis.getDescription()).contains("Nobody").contains("@CoordinatedTask");
            assertThat(analysis.getAction()).contains("Define a bean");
        });
        runner().withBean(NeedsNobodys.class).run(context -> {
            FailureAnalysis analysis = new MissingContractFailureAnalyzer().analyze(context.getStartupFailure());
            assertThat(analysis).isNotNull();
            assertThat(analysis.getDescription()).contains("Nobody");
        });
        runner().withBean(NeedsText.class)
                .run(context -> assertThat(new MissingContractFailureAnalyzer().analyze(context.getStartupFailure()))
                        .isNull());
    }

    @CoordinatedTask("good")
    interface Contract {
        void work(String ball);
    }

    static class Worker implements Contract {
        @Override
        public void work(String ball) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Good {
        @Bean
        Worker one() {
            return new Worker();
        }
    }

    @CoordinatedTask
    static final class FinalClass {}

    @CoordinatedTask
    static class FinalMethod {
        public final void work() {}
    }

    static class PrivateMethod {
        @CoordinatedTask
        private void work() {}
    }

    static class StaticMethod {
        @CoordinatedTask
        static void work() {}
    }

    @Configuration(proxyBeanMethods = false)
    static class ThreadScoped {
        @Bean
        @Scope(scopeName = "request", proxyMode = ScopedProxyMode.TARGET_CLASS)
        Worker one() {
            return new Worker();
        }
    }

    @CoordinatedTask
    static class AsyncMethod {
        @Async
        public void work() {}
    }

    @CoordinatedTask("other")
    static class TwoCoordinators implements Contract {
        @Override
        public void work(String ball) {}
    }

    @CoordinatedTask("one")
    static class MethodOfAnother {
        @CoordinatedTask("other")
        public void work() {}
    }

    @CoordinatedTask
    static class FairTaskMethod {
        @FairTask(channel = "'reports'")
        public void work() {}
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoContracts {
        @Bean
        @CoordinatedTask("same")
        Runnable one() {
            return () -> {};
        }

        @Bean
        @CoordinatedTask("same")
        CharSequence two() {
            return "two";
        }
    }

    interface Store<T> {
        void put(T value);
    }

    @CoordinatedTask("stores")
    static class Texts implements Store<String> {
        @Override
        public void put(String value) {}
    }

    @CoordinatedTask("stores")
    static class Numbers implements Store<Integer> {
        @Override
        public void put(Integer value) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoParameterizations {
        @Bean
        Texts texts() {
            return new Texts();
        }

        @Bean
        Numbers numbers() {
            return new Numbers();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TypeAndMethods {
        @Bean
        Texts texts() {
            return new Texts();
        }

        @Bean
        SingleMethod single() {
            return new SingleMethod();
        }
    }

    static class SingleMethod {
        @CoordinatedTask("stores")
        public void work() {}
    }

    @Configuration(proxyBeanMethods = false)
    static class SeenTooLate {
        @Bean
        Object one() {
            return new Worker();
        }
    }

    @CoordinatedTask("other")
    static class Surprise implements Contract {
        @Override
        public void work(String ball) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class MoreThanDeclared {
        @Bean
        Contract one() {
            return new Surprise();
        }
    }

    @CoordinatedTask(prefer = "#bal")
    static class UnknownVariable {
        public void work(String ball) {}
    }

    @CoordinatedTask
    static class UnknownVariableOfMethod {
        @CoordinatedTask(require = "#bal")
        public void work(String ball) {}
    }

    @CoordinatedTask(prefer = "#ball.")
    static class NoExpression {
        public void work(String ball) {}
    }

    @CoordinatedTask(prefer = "maple")
    static class BareName {
        public void work(String ball) {}
    }

    @CoordinatedTask(prefer = "#p0", require = "#p0")
    static class PrefersAndRequires {
        public void work(String ball) {}
    }

    static class PrefersOnMethodOfItsOwn {
        @CoordinatedTask(prefer = "#p0")
        public void work(String ball) {}
    }

    @CoordinatedTask(timeout = "soon")
    static class NoDuration {
        public void work() {}
    }

    static class NegativeDuration {
        @CoordinatedTask(taskTimeout = "-1s")
        public void work() {}
    }

    @CoordinatedTask
    static class OddReturnType {
        public FutureTask<String> work() {
            return new FutureTask<>(() -> "");
        }
    }

    @CoordinatedTask(contract = Runnable.class)
    static class ForeignContract {
        public void work() {}
    }

    @CoordinatedTask
    static class ContractOnMethod {
        @CoordinatedTask(contract = Runnable.class)
        public void work() {}
    }

    interface Plain {
        void work();
    }

    @CoordinatedTask(value = "plain", timeout = "1s")
    static class Quick implements Plain {
        @Override
        public void work() {}
    }

    @CoordinatedTask(value = "plain", timeout = "2s")
    static class Slow implements Plain {
        @Override
        public void work() {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Disagreement {
        @Bean
        Quick quick() {
            return new Quick();
        }

        @Bean
        Slow slow() {
            return new Slow();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NameInUse {
        @Bean
        Worker one() {
            return new Worker();
        }

        @Bean(destroyMethod = "close")
        dev.fairway.coordinator.Coordinator<Object, Object> good() {
            var good = dev.fairway.coordinator.Coordinator.<Object, Object>builder()
                    .name("good")
                    .build();
            good.addWorker("one", task -> task);
            return good;
        }
    }

    @CoordinatedTask("nobody")
    interface Nobody {
        void work();
    }

    static class NeedsNobody {
        NeedsNobody(Nobody nobody) {}
    }

    static class NeedsNobodys {
        NeedsNobodys(Coordinated<Nobody> nobody) {}
    }

    static class NeedsText {
        NeedsText(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class MadeByAFactoryOfAnything {
        @Bean
        FactoryBean<Object> one() {
            return new FactoryBean<>() {
                @Override
                public Object getObject() {
                    return new Annotated();
                }

                @Override
                public @Nullable Class<?> getObjectType() {
                    return null;
                }
            };
        }

        @Bean
        Object user(BeanFactory beans) {
            return "uses " + beans.getBean("one").hashCode();
        }

        @CoordinatedTask("made")
        static class Annotated {
            public int count() {
                return 1;
            }
        }
    }
}
