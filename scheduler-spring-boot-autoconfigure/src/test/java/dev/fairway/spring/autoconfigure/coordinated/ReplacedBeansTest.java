package dev.fairway.spring.autoconfigure.coordinated;

import static dev.fairway.spring.autoconfigure.coordinated.Applications.coordinator;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.spring.CoordinatedTask;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.bean.override.convention.TestBean;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

/** Beans that a test puts in the place of workers, or of what stands for them. */
class ReplacedBeansTest {
    @Nested
    @SpringJUnitConfig(Cats.class)
    class OfTheContract {
        @TestBean(name = "cats.any", methodName = "dev.fairway.spring.autoconfigure.coordinated.ReplacedBeansTest#fake")
        Cat any;

        @Autowired
        Cat injected;

        @Autowired
        @Qualifier("maple")
        Cat maple;

        @Test
        void isWhatIsInjectedForAny() {
            assertThat(injected).isSameAs(any);
            assertThat(injected.meow()).isEqualTo("fake");
            assertThat(maple.meow()).isEqualTo("maple");
        }
    }

    @Nested
    @SpringJUnitConfig(Cats.class)
    class OfOneWorker {
        @TestBean(name = "maple", methodName = "dev.fairway.spring.autoconfigure.coordinated.ReplacedBeansTest#fake")
        Cat maple;

        @Autowired
        Cat any;

        @Autowired
        @Qualifier("oktocat")
        Cat oktocat;

        @Autowired
        ApplicationContext context;

        @Test
        void isCalledAsItIsAndTheOthersWorkOn() {
            assertThat(maple.meow()).isEqualTo("fake");
            assertThat(any.meow()).isEqualTo("oktocat");
            assertThat(oktocat.meow()).isEqualTo("oktocat");
            assertThat(coordinator(context, "cats").workers()).containsExactly("oktocat");
        }
    }

    static Cat fake() {
        return () -> "fake";
    }

    @CoordinatedTask("cats")
    interface Cat {
        String meow();
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({FairwayAutoConfiguration.class, CoordinatedTaskAutoConfiguration.class})
    static class Cats {
        @Bean
        Cat maple() {
            return () -> "maple";
        }

        @Bean
        Cat oktocat() {
            return () -> "oktocat";
        }
    }
}
