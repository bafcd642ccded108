package dev.fairway.spring.autoconfigure.coordinated;

import java.lang.reflect.Method;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.ReflectionUtils;

/**
 * Stands before a worker's bean. It lets those in who have the turn, and makes a task of what all others call. It is the first of the
 * bean's interceptors; the others run inside the task.
 */
final class WorkerInterceptor implements MethodInterceptor {
    private final Worker worker;

    WorkerInterceptor(Worker worker) {
        this.worker = worker;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Method called = invocation.getMethod();
        TaskMethod method = worker.methods.find(called);
        if (method == null && worker.methods.isWholeType() && TaskMethods.isObjects(called)) {
            return ofObject(called, invocation);
        }
        Turn turn = Turn.current();
        if (turn != null && turn.worker == worker) {
            return proceed(invocation, method, turn);
        }
        if (method == null) {
            return invocation.proceed();
        }
        MethodCall call = new MethodCall(method, invocation.getArguments(), worker.exposesProxy() ? null : invocation);
        return isOfLifecycle(invocation) && worker.contract.crew.isOver()
                ? worker.afterwards(call)
                : worker.contract.call(method, worker.affinity, call);
    }

    /** The container stops beans also when there are no tasks any more. */
    private static boolean isOfLifecycle(MethodInvocation invocation) {
        Method called = invocation.getMethod();
        return invocation.getThis() instanceof Lifecycle
                && ReflectionUtils.findMethod(SmartLifecycle.class, called.getName(), called.getParameterTypes())
                        != null;
    }

    private static @Nullable Object proceed(MethodInvocation invocation, @Nullable TaskMethod method, Turn turn)
            throws Throwable {
        try {
            Object result = invocation.proceed();
            turn.answer = null;
            return result;
        } catch (Throwable thrown) {
            turn.answer = method != null && method.declares(thrown) ? thrown : null;
            throw thrown;
        }
    }

    /** The methods of {@code Object} are no tasks, and nobody gets in without one: the proxy answers. */
    private Object ofObject(Method called, MethodInvocation invocation) {
        if (ReflectionUtils.isToStringMethod(called)) {
            return worker.toString();
        }
        return ReflectionUtils.isHashCodeMethod(called)
                ? System.identityHashCode(worker)
                : invocation.getArguments()[0] == worker.proxy();
    }
}
