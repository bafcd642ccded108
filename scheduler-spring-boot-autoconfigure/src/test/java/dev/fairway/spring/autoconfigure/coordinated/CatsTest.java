package dev.fairway.spring.autoconfigure.coordinated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.Completed;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.coordinator.NoSuchWorkerException;
import dev.fairway.spring.Coordinated;
import dev.fairway.spring.CoordinatedTask;
import dev.fairway.spring.autoconfigure.CoordinatorBeans;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;

/** The example that the coordinator comes with: a family of cats that locate and upgrade balls. */
class CatsTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(FairwayAutoConfiguration.class, CoordinatedTaskAutoConfiguration.class))
            .withUserConfiguration(Cats.class);

    @Test
    void catsLocateAndUpgradeBalls() {
        runner.withBean(Vet.class).run(context -> {
            Vet vet = context.getBean(Vet.class);
            List<Thread> owners = new ArrayList<>();
            List<Ball> balls = java.util.Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 10; i++) {
                Thread owner = new Thread(() -> {
                    Ball ball = new Ball(5.9);
                    TaskHandle<Completed<Position>> located = vet.cats.any().submit(cat -> cat.locate(ball));
                    Completed<Position> found = located.join();
                    vet.cats
                            .prefer(found.worker())
                            .run(cat -> cat.upgrade(ball, new Crystal(15.9)))
                            .join();
                    balls.add(ball);
                });
                owner.start();
                owners.add(owner);
            }
            for (Thread owner : owners) {
                owner.join();
            }
            assertThat(balls).hasSize(10).allSatisfy(ball -> {
                assertThat(ball.weight).isEqualTo(5.9 + 15.9);
                assertThat(ball.locatedBy).isIn("maple", "oktocat");
            });
            Coordinator<?, ?> cats =
                    context.getBean(CoordinatorBeans.class).find("cats").orElseThrow();
            assertThat(cats.workers()).containsExactlyInAnyOrder("maple", "oktocat");
            assertThat(cats.stats().completed()).isEqualTo(20);
        });
    }

    @Test
    void anyCatIsTheMostAvailableOneAndMapleIsMaple() {
        runner.withBean(Vet.class).run(context -> {
            Vet vet = context.getBean(Vet.class);
            Ball ball = new Ball(1);
            assertThat(vet.anyCat.locate(ball)).isEqualTo(new Position(1));
            assertThat(vet.maple.locate(ball)).isEqualTo(new Position(1));
            assertThat(ball.locatedBy).isEqualTo("maple");
            assertThat(vet.maple).isSameAs(context.getBean("maple"));
            assertThat(vet.anyCat).isSameAs(context.getBean("cats.any"));
            assertThat(vet.anyCat).isSameAs(context.getBean(CatFamily.class));
            assertThat(context.getBean(DomesticatedCat.class))
                    .as("injection by class keeps working")
                    .isSameAs(vet.maple);
        });
    }

    @Test
    void aDefaultMethodIsOneTaskOfOneWorker() {
        runner.withBean(Vet.class).run(context -> {
            Vet vet = context.getBean(Vet.class);
            vet.cats.require("oktocat").proxy().meowRepeatedly(3);
            assertThat(vet.oktocat.meows()).isEqualTo(3);
            assertThat(context.getBean(CoordinatorBeans.class)
                            .find("cats")
                            .orElseThrow()
                            .stats("oktocat")
                            .orElseThrow()
                            .completed())
                    .isEqualTo(2);
        });
    }

    @Test
    void aWorkerThatIsNotThereIsNamed() {
        runner.withBean(Vet.class).run(context -> {
            Vet vet = context.getBean(Vet.class);
            assertThatThrownBy(() -> vet.cats.require("suduko").proxy().meow())
                    .isInstanceOf(NoSuchWorkerException.class)
                    .hasMessageContaining("'suduko'");
            assertThatThrownBy(() -> vet.cats
                            .any()
                            .submit(cat -> {
                                throw new IllegalStateException("asleep");
                            })
                            .join())
                    .isInstanceOf(TaskFailedException.class)
                    .hasCauseInstanceOf(IllegalStateException.class);
            assertThat(vet.cats.prefer("suduko").proxy().meow()).isTrue();
        });
    }

    @Test
    void theCoordinatorIsNotFoundByType() {
        runner.run(context ->
                assertThat(context.getBeanNamesForType(Coordinator.class)).containsExactly("coordinator"));
    }

    @Test
    void aConfiguredCoordinatorGetsTheWorkers() {
        runner.withPropertyValues("fairway.coordinators.cats.queue-threshold=1").run(context -> {
            assertThat(((Coordinator<?, ?>) context.getBean("cats")).workers())
                    .containsExactlyInAnyOrder("maple", "oktocat");
            assertThat(context.getBean(CatFamily.class).meow()).isTrue();
        });
    }

    @Test
    void listsAndMapsContainTheAnyProxyToo() {
        runner.withBean(Owner.class).run(context -> {
            Owner owner = context.getBean(Owner.class);
            assertThat(owner.byName.keySet()).isEqualTo(Set.of("maple", "oktocat", "cats.any"));
            assertThat(owner.all).hasSize(3);
        });
    }

    @Test
    void aPrimaryWorkerOfTheApplicationWins() {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(FairwayAutoConfiguration.class, CoordinatedTaskAutoConfiguration.class))
                .withUserConfiguration(PrimaryCat.class)
                .withBean(Vet.class)
                .run(context -> {
                    assertThat(context.getBean(CatFamily.class)).isSameAs(context.getBean("maple"));
                    assertThat(context.getBean("cats.any", CatFamily.class).meow())
                            .isTrue();
                });
    }

    @Test
    void proxiesSayWhatTheyAreAndAreEqualToThemselves() {
        runner.withBean(Vet.class).run(context -> {
            Vet vet = context.getBean(Vet.class);
            assertThat(vet.anyCat)
                    .hasToString("any worker of coordinator 'cats'")
                    .isEqualTo(vet.anyCat);
            assertThat(vet.maple)
                    .hasToString("worker 'maple' of coordinator 'cats'")
                    .isNotEqualTo(vet.anyCat);
            assertThat(vet.cats).hasToString("workers of coordinator 'cats'");
            assertThat(Set.of(vet.maple, vet.oktocat, vet.anyCat)).contains(vet.maple);
        });
    }

    public record Position(double weight) {}

    public record Crystal(double weight) {}

    public static final class Ball {
        double weight;
        String locatedBy;

        Ball(double weight) {
            this.weight = weight;
        }
    }

    @CoordinatedTask("cats")
    public interface CatFamily {
        Position locate(Ball ball);

        void upgrade(Ball ball, Crystal material);

        default void meowRepeatedly(int times) {
            for (int i = 0; i < times; i++) {
                meow();
            }
        }

        boolean meow();
    }

    @Component("maple")
    static class DomesticatedCat implements CatFamily {
        private int exp;

        @Override
        public Position locate(Ball ball) {
            exp++;
            ball.locatedBy = "maple";
            return new Position(ball.weight);
        }

        @Override
        public void upgrade(Ball ball, Crystal material) {
            exp++;
            ball.weight += material.weight();
        }

        @Override
        public boolean meow() {
            return true;
        }
    }

    @Component("oktocat")
    static class RobotCat implements CatFamily {
        private int meows;

        @Override
        public Position locate(Ball ball) {
            ball.locatedBy = "oktocat";
            return new Position(ball.weight);
        }

        @Override
        public void upgrade(Ball ball, Crystal material) {
            ball.weight += material.weight();
        }

        @Override
        public boolean meow() {
            meows++;
            return true;
        }

        int meows() {
            return meows;
        }
    }

    @Service
    static class Vet {
        final CatFamily anyCat;
        final CatFamily maple;
        final RobotCat oktocat;
        final Coordinated<CatFamily> cats;

        Vet(CatFamily anyCat, @Qualifier("maple") CatFamily maple, RobotCat oktocat, Coordinated<CatFamily> cats) {
            this.anyCat = anyCat;
            this.maple = maple;
            this.oktocat = oktocat;
            this.cats = cats;
        }
    }

    static class Owner {
        final List<CatFamily> all;
        final Map<String, CatFamily> byName;

        Owner(List<CatFamily> all, Map<String, CatFamily> byName) {
            this.all = all;
            this.byName = byName;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import({DomesticatedCat.class, RobotCat.class})
    static class Cats {}

    @Configuration(proxyBeanMethods = false)
    @Import(RobotCat.class)
    static class PrimaryCat {
        @Bean
        @Primary
        CatFamily maple() {
            return new DomesticatedCat();
        }
    }
}
