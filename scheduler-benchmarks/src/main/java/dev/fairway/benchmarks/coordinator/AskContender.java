package dev.fairway.benchmarks.coordinator;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.fairway.benchmarks.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.pattern.Patterns;

/**
 * Pekko: an actor for each worker, asked in turn, with a thread for each as the others have. A reply goes to a future of each message, as a
 * handle does. Nothing but an actor's own mailbox decides where a message goes, which is the least that choosing can cost.
 */
final class AskContender implements Contender {
    /** Also how long the timer keeps each question, answered or not: not so long that those fill the heap. */
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final ActorSystem system;
    private final List<ActorRef> actors = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();

    AskContender(int workers) {
        system = ActorSystem.create("benchmark", settings(workers));
        for (int i = 0; i < workers; i++) {
            actors.add(system.actorOf(Props.create(Runner.class, Runner::new), "worker-" + i));
        }
    }

    private static Config settings(int threads) {
        String dispatcher = "pekko.actor.default-dispatcher.";
        return ConfigFactory.parseMap(Map.of(
                        dispatcher + "fork-join-executor.parallelism-min",
                        threads,
                        dispatcher + "fork-join-executor.parallelism-max",
                        threads,
                        "pekko.loglevel",
                        "WARNING",
                        "pekko.log-dead-letters",
                        "off",
                        "pekko.jvm-shutdown-hooks",
                        "off"))
                .withFallback(ConfigFactory.load());
    }

    private static final class Runner extends AbstractActor {
        @Override
        public Receive createReceive() {
            return receiveBuilder().match(Runnable.class, this::run).build();
        }

        private void run(Runnable task) {
            task.run();
            getSender().tell("done", getSelf());
        }
    }

    private CompletionStage<Object> ask(Runnable task) {
        int next = Math.floorMod(turn.getAndIncrement(), actors.size());
        return Patterns.ask(actors.get(next), task, TIMEOUT);
    }

    @Override
    public Object submit(Runnable task) {
        return ask(task);
    }

    @Override
    public void call(Runnable task) {
        ask(task).toCompletableFuture().join();
    }

    @Override
    public void close() {
        system.terminate();
        Await.until(
                () -> system.getWhenTerminated().toCompletableFuture().isDone(), () -> "the end of the actor system");
    }
}
