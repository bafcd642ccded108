package dev.fairway.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.Completed;
import dev.fairway.TaskHandle;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import dev.fairway.spring.autoconfigure.coordinated.CoordinatedTaskAutoConfiguration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;

/** What docs/guide.md says of {@code @CoordinatedTask}; {@link GuideTest} compares the two. */
class CoordinatedTaskGuideTest {
    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(FairwayAutoConfiguration.class, CoordinatedTaskAutoConfiguration.class))
            .withBean("maple", DomesticatedCat.class)
            .withBean("oktocat", RobotCat.class);

    @Test
    void cats() {
        application.withBean(Vet.class).run(context -> {
            Ball ball = new Ball();
            assertThat(context.getBean(Vet.class).treat(ball)).isEqualTo(new Position(1));
            assertThat(ball.weight).isEqualTo(3);
        });
    }

    @Test
    void choices() {
        application.withUserConfiguration(Lenders.class).run(context -> {
            Lender any = context.getBean(Lender.class);
            assertThat(any.lend("maple")).isEqualTo("lent to maple");
            assertThat(any.order("a ball").join()).isEqualTo("a ball ordered");
        });
    }
}

record Position(int x) {}

class Ball {
    int weight;
}

@CoordinatedTask("cats") // the coordinator of that name; made when there is none
interface CatFamily {
    Position locate(Ball ball);

    void upgrade(Ball ball);

    boolean meow();

    default void meowRepeatedly(int times) { // one task, one worker
        for (int i = 0; i < times; i++) {
            meow();
        }
    }
}

@Component("maple")
class DomesticatedCat implements CatFamily {
    private int experience; // plain state is safe

    @Override
    public Position locate(Ball ball) {
        return new Position(++experience);
    }

    @Override
    public void upgrade(Ball ball) {
        ball.weight++;
    }

    @Override
    public boolean meow() {
        return true;
    }
}

@Component("oktocat")
class RobotCat implements CatFamily {
    @Override
    public Position locate(Ball ball) {
        return new Position(1);
    }

    @Override
    public void upgrade(Ball ball) {
        ball.weight++;
    }

    @Override
    public boolean meow() {
        return false;
    }
}

@Service
class Vet {
    private final CatFamily anyCat;
    private final CatFamily maple;
    private final Coordinated<CatFamily> cats;

    Vet(
            CatFamily anyCat, // a call is a task for the most available worker
            @Qualifier("maple") CatFamily maple, // a call is a task that requires maple
            Coordinated<CatFamily> cats) { // choose per call, without waiting
        this.anyCat = anyCat;
        this.maple = maple;
        this.cats = cats;
    }

    Position treat(Ball ball) {
        anyCat.upgrade(ball);
        maple.upgrade(ball);
        TaskHandle<Completed<Position>> located = cats.any().submit(cat -> cat.locate(ball));
        String worker = located.join().worker();
        cats.prefer(worker).run(cat -> cat.upgrade(ball)).join();
        cats.require(worker).proxy().meowRepeatedly(3);
        return located.join().result();
    }
}

interface Lender {
    String lend(String customer) throws TimeoutException;

    CompletableFuture<String> order(String item);
}

class Clerk implements Lender {
    @Override
    @CoordinatedTask(prefer = "#customer", timeout = "20s", taskTimeout = "5s")
    public String lend(String customer) throws TimeoutException {
        return "lent to " + customer;
    }

    @Override
    public CompletableFuture<String> order(String item) { // the caller does not wait
        return CompletableFuture.completedFuture(item + " ordered");
    }
}

@Configuration(proxyBeanMethods = false)
class Lenders {
    @Bean
    @CoordinatedTask("lenders") // the interface may be a library's
    Clerk clerk() {
        return new Clerk();
    }
}
