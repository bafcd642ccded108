package dev.fairway.spring.autoconfigure.coordinated;

import static dev.fairway.spring.autoconfigure.coordinated.Applications.coordinator;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.runner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.spring.Coordinated;
import dev.fairway.spring.CoordinatedTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;

/** A worker that cannot be created is missed by those only who require it. */
@ExtendWith(OutputCaptureExtension.class)
class LazyWorkerTest {
    private static final AtomicInteger attempts = new AtomicInteger();
    private static volatile boolean broken;

    private final ApplicationContextRunner runner = runner().withUserConfiguration(OneFails.class);

    @BeforeEach
    void breakIt() {
        attempts.set(0);
        broken = true;
    }

    @Test
    void theOthersServeAndItIsNamed(CapturedOutput output) {
        runner.run(context -> {
            Clerk any = context.getBean("clerks.any", Clerk.class);
            for (int i = 0; i < 3; i++) {
                assertThat(any.work()).isEqualTo("good");
            }
            assertThat(coordinators(context).prefer("bad").proxy().work()).isEqualTo("good");
            assertThat(attempts).as("tried once").hasValue(1);
            assertThat(output)
                    .contains("Coordinator 'clerks' goes on without its worker 'bad', which cannot be created");
        });
    }

    @Test
    void whoRequiresItIsToldWhyAndItIsTriedAgain() {
        runner.run(context -> {
            Coordinated<Clerk> clerks = coordinators(context);
            assertThatThrownBy(() -> clerks.require("bad").run(Clerk::work))
                    .isInstanceOf(BeanCreationException.class)
                    .hasMessageContaining("'bad'")
                    .hasRootCauseMessage("no ink");
            assertThat(context.getBean("clerks.any", Clerk.class).work()).isEqualTo("good");
            broken = false;
            assertThat(clerks.require("bad").submit(Clerk::work).join().result())
                    .isEqualTo("bad, but mended");
            assertThat(coordinator(context, "clerks").workers()).containsExactlyInAnyOrder("good", "bad");
        });
    }

    @Test
    void aWorkerThatOthersRequireIsNotKeptFromThem() {
        runner.run(context -> assertThat(coordinators(context)
                        .require("good")
                        .submit(Clerk::work)
                        .join()
                        .result())
                .isEqualTo("good"));
        assertThat(attempts).as("it is nobody else's concern").hasValue(0);
    }

    @Test
    void whenThereIsNoOtherTheCallFailsWithTheReason() {
        runner().withUserConfiguration(AllFail.class).run(context -> {
            Clerk any = context.getBean("clerks.any", Clerk.class);
            assertThatThrownBy(any::work)
                    .isInstanceOf(BeanCreationException.class)
                    .hasMessageContaining("'bad'");
            broken = false;
            assertThat(any.work()).isEqualTo("bad, but mended");
        });
    }

    @Test
    void itIsSoWhileTheApplicationStarts() {
        runner.withUserConfiguration(Early.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean("early")).isEqualTo("good");
        });
    }

    @Test
    void anInstanceOfAPrototypeThatFailsIsLeftOut() {
        runner().withUserConfiguration(LazyPrototype.class)
                .withPropertyValues("fairway.coordinators.clerks.workers-per-bean=2")
                .run(context -> {
                    Clerk any = context.getBean("clerks.any", Clerk.class);
                    assertThat(any.work()).isEqualTo("second");
                    Clerk proto = context.getBean("proto", Clerk.class);
                    for (int i = 0; i < 4; i++) {
                        assertThat(proto.work()).isEqualTo("second");
                    }
                });
    }

    @SuppressWarnings("unchecked")
    private static Coordinated<Clerk> coordinators(BeanFactory context) {
        return context.getBean("clerks.coordinated", Coordinated.class);
    }

    @CoordinatedTask("clerks")
    interface Clerk {
        String work();
    }

    record Named(String name) implements Clerk {
        @Override
        public String work() {
            return name;
        }
    }

    static Clerk bad() {
        attempts.incrementAndGet();
        if (broken) {
            throw new IllegalStateException("no ink");
        }
        return new Named("bad, but mended");
    }

    @Configuration(proxyBeanMethods = false)
    static class AllFail {
        @Bean("bad")
        @Lazy
        Clerk bad() {
            return LazyWorkerTest.bad();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OneFails {
        @Bean("bad")
        @Lazy
        Clerk bad() {
            return LazyWorkerTest.bad();
        }

        @Bean
        @Lazy
        Clerk good() {
            return new Named("good");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Early {
        @Bean
        String early(Clerk any) {
            return any.work();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyPrototype {
        private final AtomicInteger made = new AtomicInteger();

        @Bean
        @Lazy
        @Scope("prototype")
        Clerk proto() {
            if (made.incrementAndGet() == 1) {
                throw new IllegalStateException("the first one fails");
            }
            return new Named("second");
        }
    }
}
