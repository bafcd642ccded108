package dev.fairway.spring.autoconfigure.task;

import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.scheduler.FairExecutor;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

/** Makes a task of a call. It is the first of the bean's interceptors; the others run inside the task. */
final class FairTaskInterceptor implements MethodInterceptor {
    private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

    private final BiFunction<Class<?>, Method, @Nullable FairTaskMethod> methods;

    FairTaskInterceptor(BiFunction<Class<?>, Method, @Nullable FairTaskMethod> methods) {
        this.methods = methods;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Class<?> targetClass = invocation.getThis() == null
                ? invocation.getMethod().getDeclaringClass()
                : AopUtils.getTargetClass(invocation.getThis());
        FairTaskMethod method =
                methods.apply(targetClass, AopUtils.getMostSpecificMethod(invocation.getMethod(), targetClass));
        if (method == null) {
            return invocation.proceed();
        }
        TaskHandle<@Nullable Object> task = submit(method, invocation);
        return switch (method.style()) {
            case VALUE -> await(task);
            case FUTURE -> TaskFuture.of(task);
            case HANDLE ->
                FlatTaskHandle.of(task, ClassUtils.getQualifiedMethodName(invocation.getMethod(), targetClass));
        };
    }

    private static TaskHandle<@Nullable Object> submit(FairTaskMethod method, MethodInvocation invocation) {
        @Nullable Object[] arguments = invocation.getArguments();
        String channel = method.channel(arguments);
        FairExecutor executor = method.executor();
        Callable<@Nullable Object> process = () -> proceed(method, invocation);
        if (!method.hasCommit()) {
            return executor.submit(channel, process);
        }
        Object proxy = ((ProxyMethodInvocation) invocation).getProxy();
        return executor.submit(channel, process, result -> method.commit(proxy, arguments, result));
    }

    private static @Nullable Object proceed(FairTaskMethod method, MethodInvocation invocation) throws Exception {
        Object returned;
        try {
            returned = invocation.proceed();
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new UndeclaredThrowableException(e);
        }
        return method.style() == ReturnStyle.VALUE ? returned : Flattening.awaited(returned, method.hasCommit());
    }

    private static @Nullable Object await(TaskHandle<@Nullable Object> task) throws Throwable {
        try {
            return task.join(FOR_EVER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return withdrawn(task);
        } catch (TaskFailedException e) {
            throw ownException(e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The caller was interrupted: it leaves without a result, unless the commit has begun and cannot be stopped any more. */
    private static @Nullable Object withdrawn(TaskHandle<@Nullable Object> task) throws Throwable {
        if (task.cancel()) {
            throw new CancellationException("the caller was interrupted while it waited for the task");
        }
        try {
            return task.join();
        } catch (TaskFailedException e) {
            throw ownException(e);
        }
    }

    private static Throwable ownException(TaskFailedException failure) {
        Throwable cause = failure.getCause();
        return cause == null ? failure : cause;
    }
}
