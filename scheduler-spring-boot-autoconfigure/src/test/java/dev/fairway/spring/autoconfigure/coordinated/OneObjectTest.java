package dev.fairway.spring.autoconfigure.coordinated;

import static dev.fairway.spring.autoconfigure.coordinated.Applications.coordinator;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.fails;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.runner;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.spring.CoordinatedTask;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.SingletonTargetSource;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;

/** An object is one worker: as two it would be entered by two threads. */
class OneObjectTest {
    @Test
    void twoBeansThatAreOneObjectAreRefused() {
        String message = "The @CoordinatedTask beans 'one' and 'two' are one and the same " + Clerk.class.getName();
        fails(SameObject.class, message, "Let 'two' be an object of its own");
        fails(ProxiedByHand.class, message, "Let 'two' be an object of its own");
        fails(
                SameObjectInTwoCoordinators.class,
                "The @CoordinatedTask beans 'one' and 'two' are one and the same " + Unnamed.class.getName(),
                "Let 'two' be an object of its own");
        fails(ProductOfAFactory.class, message, "Let 'two' be an object of its own");
    }

    @Test
    void anInstanceThatAPrototypeGivesTwiceIsRefused() {
        fails(
                runner().withUserConfiguration(SharedPrototype.class)
                        .withPropertyValues("fairway.coordinators.clerks.workers-per-bean=2"),
                "The @CoordinatedTask beans 'one-1' and 'one-2' are one and the same",
                "Let 'one-2' be an object of its own");
    }

    @Test
    void aBeanThatIsAnotherWorkerIsRefused() {
        fails(
                OtherWorker.class,
                "The @CoordinatedTask beans 'one' and 'two' are one and the same " + Clerk.class.getName(),
                "a second name");
    }

    @Test
    void aBeanThatStandsForWorkersIsRefused() {
        fails(
                AnyWorker.class,
                "The @CoordinatedTask bean 'two' is what stands for any worker of coordinator 'clerks'",
                "Let 'two' be an object of its own");
    }

    @Test
    void bothBeansAreNamedInTheAnalysis() {
        runner().withUserConfiguration(SameObject.class).run(context -> {
            assertThat(Applications.analysis(context.getStartupFailure()).getDescription())
                    .contains("'one'")
                    .contains("'two'");
        });
    }

    @Test
    void aLaterBeanMayBeWhatOneWasThatIsGone() {
        runner().withUserConfiguration(LazyShared.class).run(context -> {
            assertThat(context.getBean("one", Desk.class).work()).isEqualTo(1);
            ((DefaultListableBeanFactory) context.getBeanFactory()).destroySingleton("one");
            assertThat(context.getBean("two", Desk.class).work()).isEqualTo(2);
            assertThat(coordinator(context, "clerks").workers()).containsExactly("two");
        });
    }

    @Test
    void aSecondNameIsNoSecondWorker() {
        runner().withUserConfiguration(TwoNames.class).run(context -> {
            assertThat(context.getBean("second")).isSameAs(context.getBean("first"));
            assertThat(coordinator(context, "clerks").workers()).containsExactly("first");
        });
    }

    @Test
    void lambdasWithoutStateAreNobodysOwn() {
        runner().withUserConfiguration(Lambdas.class)
                .withPropertyValues("fairway.coordinators.prototypes.workers-per-bean=2")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(coordinator(context, "lambdas").workers()).containsExactlyInAnyOrder("one", "two");
                    assertThat(coordinator(context, "prototypes").workers())
                            .containsExactlyInAnyOrder("three-1", "three-2");
                    assertThat(context.getBean("lambdas.any", Desk.class).work())
                            .isEqualTo(7);
                });
    }

    interface Desk {
        int work();
    }

    @CoordinatedTask("clerks")
    static class Clerk implements Desk {
        private int done;

        @Override
        public int work() {
            return ++done;
        }
    }

    /** Which coordinator it works for is for its bean to say. */
    static class Unnamed implements Desk {
        @Override
        public int work() {
            return 0;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class SameObject {
        private final Clerk shared = new Clerk();

        @Bean
        Clerk one() {
            return shared;
        }

        @Bean
        Clerk two() {
            return shared;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ProxiedByHand {
        private final Clerk shared = new Clerk();

        @Bean
        Clerk one() {
            return shared;
        }

        @Bean
        Clerk two() {
            ProxyFactory factory = new ProxyFactory(shared);
            factory.setProxyTargetClass(true);
            return (Clerk) factory.getProxy();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class SameObjectInTwoCoordinators {
        private final Desk shared = new Unnamed();

        @Bean
        @CoordinatedTask("clerks")
        Desk one() {
            return shared;
        }

        @Bean
        @CoordinatedTask("others")
        Desk two() {
            return ProxyFactory.getProxy(Desk.class, new SingletonTargetSource(shared));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ProductOfAFactory {
        private final Clerk shared = new Clerk();

        @Bean
        Clerk one() {
            return shared;
        }

        @Bean
        FactoryBean<Clerk> two() {
            return new FactoryBean<>() {
                @Override
                public Clerk getObject() {
                    return shared;
                }

                @Override
                public Class<?> getObjectType() {
                    return Clerk.class;
                }
            };
        }

        @Bean
        Object user(@Qualifier("two") Clerk two) {
            return "uses " + two;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class SharedPrototype {
        private final Clerk shared = new Clerk();

        @Bean
        @Scope("prototype")
        Clerk one() {
            return shared;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OtherWorker {
        @Bean
        Clerk one() {
            return new Clerk();
        }

        @Bean
        Clerk two(@Qualifier("one") Clerk one) {
            return one;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class AnyWorker {
        @Bean
        Clerk one() {
            return new Clerk();
        }

        @Bean
        @CoordinatedTask("clerks")
        Desk two(@Qualifier("clerks.any") Desk any) {
            return any;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyShared {
        private final Clerk shared = new Clerk();

        @Bean
        @Lazy
        Clerk one() {
            return shared;
        }

        @Bean
        @Lazy
        Clerk two() {
            return shared;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoNames {
        @Bean({"first", "second"})
        Clerk first() {
            return new Clerk();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Lambdas {
        private static Desk desk() {
            return () -> 7;
        }

        @Bean
        @CoordinatedTask("lambdas")
        Desk one() {
            return desk();
        }

        @Bean
        @CoordinatedTask("lambdas")
        Desk two() {
            return desk();
        }

        @Bean
        @CoordinatedTask("prototypes")
        @Scope("prototype")
        Desk three() {
            return desk();
        }
    }
}
