package dev.fairway.spring.autoconfigure.coordinated;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** A call of a method: of whichever worker runs it, or one that was on its way to a worker already. */
final class MethodCall implements Call {
    private final TaskMethod method;
    private final MethodInvocation invocation;
    private final boolean isBound;

    /** @param isBound whether going on with the invocation is what is to be done */
    MethodCall(TaskMethod method, MethodInvocation invocation, boolean isBound) {
        this.method = method;
        this.invocation = invocation;
        this.isBound = isBound;
    }

    @Override
    public @Nullable Object on(Worker worker) throws Throwable {
        return isBound ? invocation.proceed() : method.invoke(worker.proxy(), invocation.getArguments());
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
