package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.spring.Coordinated;
import org.jspecify.annotations.Nullable;

/** Code that the application hands over. What it lets through of what a worker's method answered is an answer, too. */
final class CodeCall<I> implements Call {
    private final Coordinated.Call<? super I, ?> code;

    CodeCall(Coordinated.Call<? super I, ?> code) {
        this.code = code;
    }

    @Override
    @SuppressWarnings("unchecked") // all workers of a contract are of its type
    public @Nullable Object on(Worker worker) throws Exception {
        return code.on((I) worker.proxy());
    }

    @Override
    public boolean isAnswer(Throwable thrown, Turn turn) {
        return thrown == turn.answer;
    }

    @Override
    public String toString() {
        return code.toString();
    }
}
