package dev.fairway.spring.autoconfigure.task;

import dev.fairway.TaskHandle;
import dev.fairway.scheduler.FairExecutor;
import dev.fairway.spring.autoconfigure.call.BlockedCaller;
import dev.fairway.spring.autoconfigure.call.FlatTaskHandle;
import dev.fairway.spring.autoconfigure.call.Flattening;
import dev.fairway.spring.autoconfigure.call.ReturnStyle;
import dev.fairway.spring.autoconfigure.call.TaskFuture;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

/** Makes a task of a call. It is the first of the bean's interceptors; the others run inside the task. */
final class FairTaskInterceptor implements MethodInterceptor {
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
            case VALUE -> BlockedCaller.await(task);
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
}
