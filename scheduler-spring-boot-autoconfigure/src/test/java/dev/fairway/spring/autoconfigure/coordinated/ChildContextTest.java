package dev.fairway.spring.autoconfigure.coordinated;

import static dev.fairway.spring.autoconfigure.coordinated.Applications.coordinator;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.fails;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.runner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.fairway.coordinator.Coordinator;
import dev.fairway.spring.Coordinated;
import dev.fairway.spring.CoordinatedTask;
import dev.fairway.spring.CoordinatorConfigurer;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Workers belong to the context of their beans; a coordinator that is a bean above is theirs as long as they are there. */
class ChildContextTest {
    @Test
    void theWorkersOfAChildJoinACoordinatorAboveAndLeaveIt() {
        runner().withUserConfiguration(OwnCoordinator.class).run(parent -> {
            Coordinator<?, ?> cats = coordinator(parent, "cats");
            for (int i = 0; i < 2; i++) {
                runner().withParent(parent).withUserConfiguration(Maple.class).run(child -> {
                    assertThat(child).hasNotFailed();
                    assertThat(cats.workers()).containsExactly("maple");
                    assertThat(child.getBean("cats.any", Cat.class).meow()).isEqualTo("maple");
                    assertThat(child.getBean("maple", Cat.class).meow()).isEqualTo("maple");
                });
                assertThat(cats.workers()).isEmpty();
                assertThat(cats.isClosed()).isFalse();
            }
            assertThat(cats.stats().completed()).isEqualTo(4);
        });
    }

    @Test
    void aCoordinatorAboveKnowsWhatAnswersAre() {
        runner().withUserConfiguration(OwnCoordinator.class)
                .run(parent -> runner().withParent(parent)
                        .withUserConfiguration(Maple.class)
                        .run(child -> {
                            Cat maple = child.getBean("maple", Cat.class);
                            for (int i = 0; i < 6; i++) {
                                assertThat(catchThrowable(maple::hiss)).isInstanceOf(IllegalStateException.class);
                            }
                            assertThat(coordinator(parent, "cats")
                                            .stats("maple")
                                            .orElseThrow()
                                            .reason())
                                    .as("not quarantined")
                                    .isNull();
                        }));
    }

    @Test
    void anEntryIsACoordinatorInEachContext() {
        runner().withPropertyValues("fairway.coordinators.cats.capacity=7")
                .run(parent -> runner().withParent(parent)
                        .withUserConfiguration(Maple.class)
                        .run(child -> {
                            assertThat(child.getBean("cats.any", Cat.class).meow())
                                    .isEqualTo("maple");
                            assertThat(coordinator(child, "cats").workers()).containsExactly("maple");
                            assertThat(coordinator(child, "cats").stats().capacity())
                                    .isEqualTo(7);
                            assertThat(coordinator(parent, "cats").workers()).isEmpty();
                        }));
    }

    @Test
    void aChildCallsTheWorkersOfItsParent() {
        runner().withUserConfiguration(Maple.class).run(parent -> {
            runner().withParent(parent)
                    .withPropertyValues("fairway.coordinators.cats.capacity=7")
                    .withBean("user", User.class)
                    .run(child -> {
                        assertThat(child.getBean(User.class).any.meow()).isEqualTo("maple");
                        assertThat(child.getBean(User.class)
                                        .cats
                                        .require("maple")
                                        .submit(Cat::meow)
                                        .join()
                                        .result())
                                .isEqualTo("maple");
                    });
            assertThat(parent.getBean("maple", Cat.class).meow())
                    .as("the child is closed, they are not")
                    .isEqualTo("maple");
            assertThat(coordinator(parent, "cats").stats().completed()).isEqualTo(3);
        });
    }

    @Test
    void workersOfBothAreApart() {
        runner().withUserConfiguration(Maple.class)
                .run(parent -> runner().withParent(parent)
                        .withUserConfiguration(Oktocat.class)
                        .withBean("user", User.class)
                        .run(child -> {
                            assertThat(child).hasNotFailed();
                            assertThat(child.getBean(User.class).any.meow()).isEqualTo("oktocat");
                            assertThat(parent.getBean(Cat.class).meow()).isEqualTo("maple");
                            assertThat(coordinator(child, "cats").workers()).containsExactly("oktocat");
                            assertThat(coordinator(parent, "cats").workers()).containsExactly("maple");
                        }));
    }

    @Test
    void workersOfBothMayShareACoordinatorAbove() {
        runner().withUserConfiguration(OwnCoordinator.class, Maple.class).run(parent -> {
            runner().withParent(parent).withUserConfiguration(Oktocat.class).run(child -> {
                assertThat(child).hasNotFailed();
                assertThat(coordinator(parent, "cats").workers()).containsExactly("maple", "oktocat");
                @SuppressWarnings("unchecked")
                Coordinated<Cat> cats = parent.getBean(Coordinated.class);
                assertThat(cats.require("oktocat").proxy().meow()).isEqualTo("oktocat");
            });
            assertThat(coordinator(parent, "cats").workers()).containsExactly("maple");
        });
    }

    @Test
    void anotherContractForACoordinatorAboveIsRefused() {
        runner().withUserConfiguration(OwnCoordinator.class, Maple.class)
                .run(parent -> fails(
                        runner().withParent(parent).withUserConfiguration(OtherContract.class),
                        "The coordinator 'cats' has two contracts, here and in a parent context: "
                                + Dog.class.getName() + " of bean 'rex', and " + Cat.class.getName()
                                + " of bean 'maple'",
                        "another coordinator"));
    }

    @CoordinatedTask("cats")
    interface Cat {
        String meow();

        void hiss() throws IllegalStateException;
    }

    record Named(String name) implements Cat {
        @Override
        public String meow() {
            return name;
        }

        @Override
        public void hiss() throws IllegalStateException {
            throw new IllegalStateException("hiss");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnCoordinator {
        @Bean
        Coordinator<Object, Object> cats(CoordinatorConfigurer configurer) {
            return configurer
                    .<Object, Object>configure("cats", Coordinator.builder())
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Maple {
        @Bean
        Cat maple() {
            return new Named("maple");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Oktocat {
        @Bean
        Cat oktocat() {
            return new Named("oktocat");
        }
    }

    static class User {
        final Cat any;
        final Coordinated<Cat> cats;

        User(Cat any, Coordinated<Cat> cats) {
            this.any = any;
            this.cats = cats;
        }
    }

    @CoordinatedTask("cats")
    interface Dog {
        String bark();
    }

    @Configuration(proxyBeanMethods = false)
    static class OtherContract {
        @Bean
        Dog rex() {
            return () -> "woof";
        }
    }
}
