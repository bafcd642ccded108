package dev.fairway.spring.autoconfigure.coordinated;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** A call of a method: of whichever worker runs it, or one that was on its way to a worker already. */
final class MethodCall implements Call {
    private final TaskMethod method;
    private final @Nullable Object[] arguments;
    private final @Nullable MethodInvocation bound;

    /** @param bound what was on its way to the worker; null when it is to enter by the worker's proxy, whoever that is */
    MethodCall(TaskMethod method, @Nullable Object[] arguments, @Nullable MethodInvocation bound) {
        this.method = method;
        this.arguments = arguments;
        this.bound = bound;
    }

    @Override
    public @Nullable Object on(Worker worker) throws Throwable {
        return bound == null ? method.invoke(worker.proxy(), arguments) : bound.proceed();
    }

    @Override
    public boolean isAnswer(Throwable thrown, Turn turn) {
        return method.declares(thrown);
    }

    @Override
    public String toString() {
        return method.toString();
    }
}
