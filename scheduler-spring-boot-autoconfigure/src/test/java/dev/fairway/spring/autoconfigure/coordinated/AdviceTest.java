package dev.fairway.spring.autoconfigure.coordinated;

import static dev.fairway.spring.autoconfigure.coordinated.Applications.runner;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.spring.CoordinatedTask;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MeterRegistryCustomizer;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Beside what else there is in an application: other advice, other post-processors. */
@ExtendWith(OutputCaptureExtension.class)
class AdviceTest {
    @Test
    void otherAdviceAppliesInsideTheWorker() {
        runner().withUserConfiguration(Transactions.class).run(context -> {
            Bank any = context.getBean(Bank.class);
            Account account = context.getBean(Account.class);
            Transactions.Manager manager = context.getBean(Transactions.Manager.class);
            assertThat(AopUtils.isCglibProxy(account)).as("class-based").isTrue();
            assertThat(any.book()).isEqualTo("in transaction on banks");
            assertThat(account.book()).isEqualTo("in transaction on banks");
            assertThat(any.look()).isEqualTo("no transaction on banks");
            assertThat(manager.threads)
                    .as("one transaction for each booking, none at the caller")
                    .hasSize(2);
            assertThat(manager.threads).allSatisfy(thread -> assertThat(thread).startsWith("banks"));
        });
    }

    @Test
    void nothingIsInitializedBeforeItsTime(CapturedOutput output) {
        runner().withConfiguration(AutoConfigurations.of(
                        MetricsAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class))
                .withUserConfiguration(Metered.class, Customized.class, Transactions.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(Service.class).serve()).isEqualTo("in transaction on other");
                    assertThat(context.getBean(MeterRegistry.class)
                                    .counter("some")
                                    .getId()
                                    .getTag("region"))
                            .as("the customizer has been applied")
                            .isEqualTo("eu");
                    assertThat(context.getBean(Bank.class).book()).contains("banks");
                });
        assertThat(output).doesNotContain("not eligible for getting processed");
    }

    @Test
    void anApplicationWithoutWorkersIsLeftAlone() {
        runner().withBean("list", ArrayList.class).run(context -> {
            assertThat(AopUtils.isAopProxy(context.getBean("list"))).isFalse();
            assertThat(context.getBeanFactory().getSingletonNames())
                    .as("nobody has made a coordinator, or what makes one")
                    .doesNotContain("coordinator", "fairwayCoordinatorFactory");
        });
    }

    private static String thread() {
        String name = Thread.currentThread().getName();
        return name.startsWith("banks") ? "banks" : "other";
    }

    private static String state() {
        return (TransactionSynchronizationManager.isActualTransactionActive() ? "in" : "no") + " transaction on "
                + thread();
    }

    @CoordinatedTask("banks")
    interface Bank {
        String book();

        String look();
    }

    static class Account implements Bank {
        @Override
        @Transactional
        public String book() {
            return state();
        }

        @Override
        public String look() {
            return state();
        }
    }

    static class Service {
        private final Bank bank;

        Service(Bank bank) {
            this.bank = bank;
        }

        @Transactional
        public String serve() {
            assertThat(bank.look())
                    .as("the caller's transaction does not reach it")
                    .startsWith("no");
            return state();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement
    static class Transactions {
        @Bean
        Manager manager() {
            return new Manager();
        }

        @Bean
        Account account() {
            return new Account();
        }

        static class Manager extends AbstractPlatformTransactionManager {
            private static final long serialVersionUID = 1L;
            final transient List<String> threads = new CopyOnWriteArrayList<>();

            @Override
            protected Object doGetTransaction() {
                return this;
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

    /** What depends on much, and must come when everything that processes beans is there. */
    @Configuration
    static class Metered {
        private final MeterRegistry registry;

        Metered(MeterRegistry registry) {
            this.registry = registry;
        }

        @Bean
        Service service(Bank bank) {
            assertThat(registry).isNotNull();
            return new Service(bank);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Customized {
        @Bean
        MeterRegistryCustomizer<MeterRegistry> region() {
            return registry -> registry.config().commonTags("region", "eu");
        }
    }
}
