package dev.fairway.spring.autoconfigure.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairway.RejectedTaskException;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.TaskPhase;
import dev.fairway.TaskState;
import dev.fairway.scheduler.ChannelControl;
import dev.fairway.scheduler.FairExecutor;
import dev.fairway.spring.FairProcessor;
import dev.fairway.spring.FairTask;
import dev.fairway.spring.TaskProcessor;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;

class FairTaskTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(FairwayAutoConfiguration.class, FairTaskAutoConfiguration.class))
            .withPropertyValues("fairway.schedulers.render.workers=1");

    @Test
    void aCallIsATaskInTheChannelOfTheExpressionAndReturnsAfterTheCommit() {
        runner.withBean(Desk.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            assertThat(desk.render(new Document("acme", "hello"))).isEqualTo("<p>hello</p>");
            assertThat(desk.events()).containsExactly("process hello on worker", "commit hello <p>hello</p> on worker");
            FairExecutor render = context.getBean(FairExecutor.class);
            assertThat(render.channels()).extracting(ChannelControl::name).containsExactly("acme");
            assertThat(render.stats().completed()).isEqualTo(1);
        });
    }

    @Test
    void otherAdviceAppliesToProcessAndCommitInsideTheWorker() {
        runner.withBean(Desk.class).withUserConfiguration(Transactions.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            desk.render(new Document("acme", "hello"));
            assertThat(desk.inTransaction()).containsExactly("process false", "commit true");
            desk.renderInTransaction(new Document("acme", "hello"));
            assertThat(desk.inTransaction()).endsWith("processInTransaction true");
            assertThat(context.getBean(Transactions.Manager.class).threads)
                    .hasSize(2)
                    .allSatisfy(thread -> assertThat(thread)
                            .isNotEqualTo(Thread.currentThread().getName()));
        });
    }

    @Test
    void aBlockingCallThrowsWhatProcessThrew() {
        runner.withBean(Desk.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            assertThatThrownBy(() -> desk.render(new Document("acme", "jam")))
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessage("paper jam");
            assertThatThrownBy(() -> desk.render(new Document("acme", "error")))
                    .isExactlyInstanceOf(StackOverflowError.class);
            assertThat(desk.events()).noneMatch(event -> event.startsWith("commit"));
            assertThat(desk.render(new Document("acme", "next")))
                    .as("the worker lives on")
                    .isEqualTo("<p>next</p>");
        });
    }

    @Test
    void aBlockingCallThrowsWhatTheCommitThrew() {
        runner.withBean(Desk.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            assertThatThrownBy(() -> desk.render(new Document("acme", "full")))
                    .isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("disk full");
        });
    }

    @Test
    void aRefusalReachesTheCallerOfEveryKindOfMethod() {
        runner.withBean(Desk.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            context.getBean(FairExecutor.class).close();
            assertThatThrownBy(() -> desk.render(new Document("acme", "late")))
                    .isInstanceOf(RejectedTaskException.class)
                    .hasMessageContaining("render");
            assertThatThrownBy(() -> desk.future("acme", () -> null)).isInstanceOf(RejectedTaskException.class);
        });
    }

    @Test
    void aNullOrBlankChannelIsTheCallersMistake() {
        runner.withBean(Desk.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            assertThatThrownBy(() -> desk.render(new Document(null, "hello")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("channel '#doc.tenant'")
                    .hasMessageContaining("render(Document) is null");
            assertThatThrownBy(() -> desk.render(new Document(" ", "hello")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is blank: ' '");
            assertThatThrownBy(() -> desk.render(null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("channel '#doc.tenant'");
            assertThat(context.getBean(FairExecutor.class).stats().accepted()).isZero();
        });
    }

    @Test
    void aFixedChannelIsALiteral() {
        runner.withBean(Desk.class).run(context -> {
            context.getBean(Desk.class).report();
            assertThat(context.getBean(FairExecutor.class).findChannel("reports"))
                    .isPresent();
        });
    }

    @Test
    void anAsynchronousMethodDoesNotBlockAndItsResultIsFlattened() {
        runner.withBean(Desk.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            CompletableFuture<String> later = new CompletableFuture<>();
            CountDownLatch go = new CountDownLatch(1);
            CompletableFuture<String> future = desk.future("acme", () -> {
                awaitLatch(go);
                return later;
            });
            assertThat(future).isNotDone();
            go.countDown();
            assertThat(desk.stage("acme", () -> CompletableFuture.completedFuture("free"))
                            .toCompletableFuture()
                            .get())
                    .as("the only worker is free when the method has returned")
                    .isEqualTo("free");
            assertThat(future).isNotDone();
            later.complete("done");
            assertThat(future.get()).isEqualTo("done");

            assertThat(desk.plainFuture("acme", () -> CompletableFuture.completedFuture(1))
                            .get())
                    .isEqualTo(1);
            assertThat(desk.handle("acme", () -> TaskHandle.completed("handled"))
                            .join())
                    .isEqualTo("handled");
            assertThat(desk.handle("acme", () -> null).join()).isNull();
        });
    }

    @Test
    void aFutureFailsWithTheMethodsOwnException() {
        runner.withBean(Desk.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            IllegalStateException thrown = new IllegalStateException("no ink");
            assertThatThrownBy(() -> desk.future("acme", () -> {
                                throw thrown;
                            })
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isSameAs(thrown);
            assertThatThrownBy(() -> desk.future("acme", () -> CompletableFuture.failedFuture(thrown))
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isSameAs(thrown);
            assertThatThrownBy(() -> desk.handle("acme", () -> {
                                throw thrown;
                            })
                            .join())
                    .isInstanceOfSatisfying(
                            TaskFailedException.class,
                            failure -> assertThat(failure.phase()).isEqualTo(TaskPhase.PROCESS))
                    .cause()
                    .isSameAs(thrown);
        });
    }

    @Test
    void cancellingTheFutureOfAWaitingTaskDropsIt() {
        runner.withBean(Desk.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            CountDownLatch go = new CountDownLatch(1);
            CompletableFuture<String> running = desk.future("acme", () -> {
                awaitLatch(go);
                return CompletableFuture.completedFuture("ran");
            });
            CompletableFuture<String> waiting = desk.future("acme", () -> {
                throw new AssertionError("was cancelled");
            });
            assertThat(waiting.cancel(false)).isTrue();
            assertThat(waiting).isCancelled();
            go.countDown();
            assertThat(running.get()).isEqualTo("ran");
            assertThat(context.getBean(FairExecutor.class).stats().cancelled()).isEqualTo(1);
        });
    }

    @Test
    void cancelTrueInterruptsTheRunningTaskAndCancelFalseDoesNot() {
        runner.withBean(Desk.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            CountDownLatch started = new CountDownLatch(2);
            CountDownLatch never = new CountDownLatch(1);
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            Supplier<CompletableFuture<String>> task = () -> {
                started.countDown();
                interrupted.complete(!awaitLatch(never));
                return CompletableFuture.completedFuture("ran");
            };
            CompletableFuture<String> future = desk.future("acme", task);
            await().until(() -> started.getCount() == 1);
            assertThat(future.cancel(false)).isTrue();
            assertThat(future).isCancelled();
            assertThat(interrupted).as("left alone").isNotDone();
            assertThat(future.cancel(true)).isTrue();
            assertThat(interrupted.get()).as("interrupted").isTrue();
        });
    }

    @Test
    void cancellingAfterTheMethodReturnedCancelsWhatItReturned() {
        runner.withBean(Desk.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            CompletableFuture<String> inner = new CompletableFuture<>();
            CompletableFuture<String> future = desk.future("acme", () -> inner);
            await().untilAsserted(() -> assertThat(
                            context.getBean(FairExecutor.class).stats().completed())
                    .isEqualTo(1));
            assertThat(future.cancel(true)).isTrue();
            assertThat(inner).isCancelled();
        });
    }

    @Test
    void aHandleIsOfTheTaskAndOfWhatItsMethodReturned() throws Exception {
        runner.withBean(Desk.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            CountDownLatch go = new CountDownLatch(1);
            CompletableFuture<String> later = new CompletableFuture<>();
            TaskHandle<String> handle = desk.handle("acme", () -> {
                awaitLatch(go);
                return context.getBean(FairExecutor.class).submit("inner", later::get);
            });
            assertThat(handle.state()).isIn(TaskState.WAITING, TaskState.PROCESSING);
            go.countDown();
            later.complete("deep");
            assertThat(handle.map(String::length).join()).isEqualTo(4);
            assertThat(handle.completion().toCompletableFuture().get()).isEqualTo("deep");
            assertThat(handle.state()).isEqualTo(TaskState.COMPLETED);
            assertThat(handle.cancel()).isFalse();
        });
    }

    @Test
    void aWorkerThatWaitsForATaskThatOnlyItCouldRunIsToldSo() {
        runner.withBean(Desk.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            CompletableFuture<String> future = desk.future("acme", () -> {
                desk.report();
                return null;
            });
            assertThatThrownBy(future::get).hasCauseInstanceOf(IllegalStateException.class);
        });
    }

    @Test
    void anInterruptedCallerWithdrawsItsWaitingTask() {
        runner.withBean(Desk.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            CountDownLatch go = new CountDownLatch(1);
            CompletableFuture<String> running = desk.future("acme", () -> {
                awaitLatch(go);
                return null;
            });
            FairExecutor render = context.getBean(FairExecutor.class);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            AtomicReference<Boolean> flag = new AtomicReference<>();
            Thread caller = new Thread(() -> {
                try {
                    desk.report();
                } catch (Throwable e) {
                    failure.set(e);
                    flag.set(Thread.currentThread().isInterrupted());
                }
            });
            caller.start();
            await().until(() -> render.stats().waiting() == 1);
            caller.interrupt();
            caller.join();
            assertThat(failure.get()).isInstanceOf(CancellationException.class);
            assertThat(flag.get()).as("interrupt flag").isTrue();
            assertThat(render.stats().waiting()).isZero();
            go.countDown();
            running.get();
        });
    }

    @Test
    void anAsynchronousMethodsCommitGetsTheResultItself() {
        runner.withBean(Desk.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            CompletableFuture<String> inner = new CompletableFuture<>();
            CompletableFuture<String> future = desk.futureWithCommit("acme", inner);
            assertThat(future).isNotDone();
            inner.complete("text");
            assertThat(future.get()).isEqualTo("text");
            assertThat(desk.events()).containsExactly("keep acme text on worker");
        });
    }

    @Test
    void aMethodWithoutAResultHasACommitWithoutOne() {
        runner.withBean(Desk.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            desk.print("acme");
            assertThat(desk.events()).containsExactly("print acme on worker", "printed acme on worker");
        });
    }

    @Test
    void aBeanOfAFinalClassIsProxiedByItsInterface() {
        runner.withBean("printer", FinalPrinter.class).run(context -> {
            Printer printer = context.getBean(Printer.class);
            assertThat(AopUtils.isJdkDynamicProxy(printer)).isTrue();
            assertThat(printer.print("acme")).isEqualTo("printed for acme");
            assertThat(context.getBean(FairExecutor.class).stats().completed()).isEqualTo(1);
        });
    }

    @Test
    void theAnnotationMayStandOnTheInterface() {
        runner.withBean("printer", AnnotatedByInterface.class).run(context -> {
            assertThat(context.getBean(AnnotatedPrinter.class).print("acme")).isEqualTo("plain acme");
            assertThat(context.getBean(AnnotatedByInterface.class))
                    .as("injection by class keeps working")
                    .isNotNull();
            assertThat(context.getBean(FairExecutor.class).stats().completed()).isEqualTo(1);
        });
    }

    @Test
    void scheduledMethodsGoThroughTheProxy() {
        runner.withUserConfiguration(Scheduling.class).run(context -> {
            FairExecutor render = context.getBean(FairExecutor.class);
            await().untilAsserted(() -> assertThat(render.stats().completed()).isPositive());
        });
    }

    @Test
    void otherBeansAreLeftAlone() {
        runner.withBean("list", ArrayList.class)
                .run(context ->
                        assertThat(AopUtils.isAopProxy(context.getBean("list"))).isFalse());
    }

    @Test
    void wrongUseFailsTheStartSayingWhatToDo() {
        fails(
                UnknownScheduler.class,
                "scheduler 'print', which does not exist (FairExecutors: [render])",
                "fairway.schedulers.print");
        fails(UnknownCommit.class, "commit 'store' of", "takes the arguments of 'render' and then its result");
        fails(CommitOfOtherTypes.class, "methods of that name: [", "store(String, Integer)");
        fails(CommitIsATask.class, "is a @FairTask itself", "Remove the annotation");
        fails(PrivateCommit.class, "is private", "can be overridden");
        fails(PrivateMethod.class, "is private", "can be overridden");
        fails(StaticMethod.class, "is static", "can be overridden");
        fails(FinalClass.class, "final, and it has no interface", "implement an interface");
        fails(FinalMethod.class, "final, and it has no interface", "implement an interface");
        fails(UnknownVariable.class, "uses #document, which is not there", "#doc");
        fails(BareName.class, "begins with a name that is nothing here", "'reports'");
        fails(NoExpression.class, "is no expression", "Correct it");
        fails(BlankChannel.class, "is blank", "Write an expression");
        fails(OddReturnType.class, "java.util.concurrent.FutureTask", "Return CompletionStage");
        fails(LazyReturnType.class, "returns a java.util.stream.Stream, the work of which", "return a List");
    }

    @Test
    void aSchedulerThatAProcessorHasMadeTypedIsRefused() {
        runner.withBean(TypedRender.class)
                .withBean(Desk.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(FairwayConfigurationException.class)
                        .hasMessageContaining("'render', which runs only the tasks of its own processor"));
    }

    @Test
    void withoutANameThereMustBeExactlyOneScheduler() {
        runner.withBean(Desk.class)
                .withPropertyValues("fairway.schedulers.mail.workers=1")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(FairwayConfigurationException.class)
                        .hasMessageContaining("there is not exactly one (FairExecutors: [render, mail])"));
    }

    private void fails(Class<?> bean, String problem, String action) {
        runner.withBean("wrong", bean).run(context -> {
            assertThat(context).as(bean.getSimpleName()).hasFailed();
            Throwable failure = context.getStartupFailure();
            while (failure != null && !(failure instanceof FairwayConfigurationException)) {
                failure = failure.getCause();
            }
            assertThat(failure).as(bean.getSimpleName()).isNotNull();
            assertThat(failure.getMessage() + " " + ((FairwayConfigurationException) failure).action())
                    .contains(problem, action);
        });
    }

    private static boolean awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    record Document(String tenant, String text) {}

    static class Desk {
        final List<String> events = Collections.synchronizedList(new ArrayList<>());
        final List<String> inTransaction = Collections.synchronizedList(new ArrayList<>());
        private final Thread creator = Thread.currentThread();

        /** Fields of a class-based proxy are not the bean's: tests ask by method. */
        List<String> events() {
            return events;
        }

        List<String> inTransaction() {
            return inTransaction;
        }

        private void event(String what) {
            events.add(what + (Thread.currentThread() == creator ? " on caller" : " on worker"));
        }

        private void transaction(String phase) {
            inTransaction.add(phase + " " + TransactionSynchronizationManager.isActualTransactionActive());
        }

        @FairTask(scheduler = "render", channel = "#doc.tenant", commit = "store")
        public String render(Document doc) throws IOException {
            if (doc.text().equals("jam")) {
                throw new IOException("paper jam");
            }
            if (doc.text().equals("error")) {
                throw new StackOverflowError();
            }
            event("process " + doc.text());
            transaction("process");
            return "<p>" + doc.text() + "</p>";
        }

        @Transactional
        public boolean store(Document doc, CharSequence html) {
            if (doc.text().equals("full")) {
                throw new IllegalStateException("disk full");
            }
            event("commit " + doc.text() + " " + html);
            transaction("commit");
            return true;
        }

        @Transactional
        @FairTask(scheduler = "render", channel = "#p0.tenant")
        public void renderInTransaction(Document doc) {
            transaction("processInTransaction");
        }

        @FairTask(channel = "'reports'")
        public void report() {}

        @FairTask(scheduler = "render", channel = "#tenant")
        public CompletableFuture<String> future(String tenant, Supplier<CompletableFuture<String>> body) {
            return body.get();
        }

        @FairTask(scheduler = "render", channel = "#tenant")
        public CompletionStage<String> stage(String tenant, Supplier<CompletionStage<String>> body) {
            return body.get();
        }

        @FairTask(scheduler = "render", channel = "#tenant")
        public Future<Integer> plainFuture(String tenant, Supplier<Future<Integer>> body) {
            return body.get();
        }

        @FairTask(scheduler = "render", channel = "#tenant")
        public TaskHandle<String> handle(String tenant, Supplier<TaskHandle<String>> body) {
            return body.get();
        }

        @FairTask(scheduler = "render", channel = "#tenant", commit = "keep")
        public CompletableFuture<String> futureWithCommit(String tenant, CompletableFuture<String> inner) {
            return inner;
        }

        void keep(String tenant, CompletableFuture<String> inner, String text) {
            event("keep " + tenant + " " + text);
        }

        @FairTask(scheduler = "render", channel = "#tenant", commit = "printed")
        void print(String tenant) {
            event("print " + tenant);
        }

        protected void printed(String tenant) {
            event("printed " + tenant);
        }
    }

    interface Printer {
        String print(String tenant);
    }

    static final class FinalPrinter implements Printer {
        @Override
        @FairTask(scheduler = "render", channel = "#tenant")
        public String print(String tenant) {
            return "printed for " + tenant;
        }
    }

    interface AnnotatedPrinter {
        @FairTask(scheduler = "render", channel = "#tenant")
        String print(String tenant);
    }

    static class AnnotatedByInterface implements AnnotatedPrinter {
        @Override
        public String print(String tenant) {
            return "plain " + tenant;
        }
    }

    @FairProcessor("render")
    static class TypedRender implements TaskProcessor<String, Integer> {
        @Override
        public Integer process(String task) {
            return task.length();
        }
    }

    static class UnknownScheduler {
        @FairTask(scheduler = "print", channel = "#p0")
        void render(String tenant) {}
    }

    static class UnknownCommit {
        @FairTask(channel = "#tenant", commit = "store")
        String render(String tenant) {
            return tenant;
        }
    }

    static class CommitOfOtherTypes {
        @FairTask(channel = "#tenant", commit = "store")
        String render(String tenant) {
            return tenant;
        }

        void store(String tenant, Integer number) {}
    }

    static class CommitIsATask {
        @FairTask(channel = "#tenant", commit = "store")
        String render(String tenant) {
            return tenant;
        }

        @FairTask(channel = "#tenant")
        void store(String tenant, String html) {}
    }

    static class PrivateCommit {
        @FairTask(channel = "#tenant", commit = "store")
        String render(String tenant) {
            return tenant;
        }

        private void store(String tenant, String html) {}
    }

    static class PrivateMethod {
        @FairTask(channel = "#tenant")
        private void render(String tenant) {}
    }

    static class StaticMethod {
        @FairTask(channel = "#tenant")
        static void render(String tenant) {}
    }

    static final class FinalClass {
        @FairTask(channel = "#tenant")
        void render(String tenant) {}
    }

    static class FinalMethod {
        @FairTask(channel = "#tenant")
        final void render(String tenant) {}
    }

    static class UnknownVariable {
        @FairTask(channel = "#document.tenant")
        void render(Document doc) {}
    }

    static class BareName {
        @FairTask(channel = "reports")
        void render(Document doc) {}
    }

    static class NoExpression {
        @FairTask(channel = "#doc..")
        void render(Document doc) {}
    }

    static class BlankChannel {
        @FairTask(channel = " ")
        void render(Document doc) {}
    }

    static class OddReturnType {
        @FairTask(channel = "#tenant")
        FutureTask<String> render(String tenant) {
            return new FutureTask<>(() -> tenant);
        }
    }

    static class LazyReturnType {
        @FairTask(channel = "#tenant")
        Stream<String> render(String tenant) {
            return Stream.of(tenant);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class Scheduling {
        @Bean
        Ticker ticker() {
            return new Ticker();
        }

        static class Ticker {
            @Scheduled(initialDelay = 0, fixedDelay = 3_600_000)
            @FairTask(scheduler = "render", channel = "'ticks'")
            void tick() {}
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(proxyTargetClass = true)
    static class Transactions {
        @Bean
        Manager transactionManager() {
            return new Manager();
        }

        @SuppressWarnings("serial")
        static class Manager extends AbstractPlatformTransactionManager {
            final List<String> threads = Collections.synchronizedList(new ArrayList<>());

            @Override
            protected Object doGetTransaction() {
                return new Object();
            }

            @Override
            protected void doBegin(Object transaction, TransactionDefinition definition) {
                threads.add(Thread.currentThread().getName());
            }

            @Override
            protected void doCommit(DefaultTransactionStatus status) {}

            @Override
            protected void doRollback(DefaultTransactionStatus status) {}
        }
    }
}
