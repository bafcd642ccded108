package dev.fairway.spring.autoconfigure.coordinated;

import static dev.fairway.spring.autoconfigure.coordinated.Applications.fails;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.runner;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.spring.CoordinatedTask;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kotlin.coroutines.Continuation;
import kotlin.sequences.Sequence;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** What a method returns must not be work that is still to be done: that would be done outside of the worker's turn. */
class LazyResultTest {
    private static final String ACTION = "return a List";

    @Test
    void whatIsReadLaterIsRefused() {
        fails(Streaming.class, "returns a java.util.stream.Stream, the work of which", ACTION);
        fails(Numbers.class, "returns a java.util.stream.IntStream", ACTION);
        fails(Publishing.class, "returns a org.reactivestreams.Publisher", ACTION);
        fails(Processing.class, "returns a " + Mono.class.getName(), ACTION);
        fails(Flowing.class, "returns a java.util.concurrent.Flow$Publisher", ACTION);
        fails(Sequencing.class, "returns a kotlin.sequences.Sequence", ACTION);
        fails(Writing.class, "StreamingResponseBody", ACTION);
    }

    @Test
    void soItIsWhenItComesLater() {
        fails(StreamLater.class, "returns a future of a java.util.stream.Stream", ACTION);
    }

    @Test
    void soItIsWhereATypeArgumentSaysIt() {
        fails(StreamOfContract.class, "returns a java.util.stream.Stream", ACTION);
    }

    @Test
    void suspendFunctionsAreRefused() {
        fails(Suspending.class, "work(String, Continuation) is a suspend function", "ordinary function");
    }

    @Test
    void methodsThatAreNoTasksMayReturnAnything() {
        runner().withBean(OneTask.class)
                .run(context ->
                        assertThat(context.getBean(OneTask.class).numbers()).containsExactly(1, 2));
    }

    /** As in Reactor. */
    interface Mono<T> extends Publisher<T> {}

    @CoordinatedTask
    static class Streaming {
        public Stream<String> work() {
            return Stream.of();
        }
    }

    @CoordinatedTask
    static class Numbers {
        public IntStream work() {
            return IntStream.of();
        }
    }

    @CoordinatedTask
    static class Publishing {
        public Publisher<String> work() {
            return subscriber -> {};
        }
    }

    @CoordinatedTask
    static class Processing {
        public Mono<String> work() {
            return subscriber -> {};
        }
    }

    static class Flowing {
        @CoordinatedTask
        public Flow.Publisher<String> work() {
            return subscriber -> {};
        }
    }

    @CoordinatedTask
    static class Sequencing {
        public Sequence<String> work() {
            return () -> List.<String>of().iterator();
        }
    }

    @CoordinatedTask
    static class Writing {
        public StreamingResponseBody work() {
            return out -> {};
        }
    }

    @CoordinatedTask
    static class StreamLater {
        public CompletableFuture<Stream<String>> work() {
            return CompletableFuture.completedFuture(Stream.of());
        }
    }

    interface Source<T> {
        T work();
    }

    @CoordinatedTask
    static class StreamOfContract implements Source<Stream<String>> {
        @Override
        public Stream<String> work() {
            return Stream.of();
        }
    }

    @CoordinatedTask
    static class Suspending {
        public Object work(String what, Continuation<? super String> continuation) {
            return what;
        }
    }

    static class OneTask {
        @CoordinatedTask
        public List<String> work() {
            return List.of();
        }

        public Stream<Integer> numbers() {
            return Stream.of(1, 2);
        }
    }
}
