package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.coordinator.Affinity;
import dev.fairway.spring.TaskTimeoutException;
import dev.fairway.spring.autoconfigure.call.ArgumentExpression;
import dev.fairway.spring.autoconfigure.call.ReturnStyle;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;

/** One method whose calls are tasks: all that can be known of them before there is one. */
final class TaskMethod {
    final ReturnStyle style;
    final boolean isPlainFuture;
    final @Nullable Duration timeout;
    final @Nullable Duration taskTimeout;

    private final Method method;
    private final @Nullable ArgumentExpression prefer;
    private final @Nullable ArgumentExpression require;
    private final Class<?>[] declared;
    private final String description;

    /**
     * @param method the method
     * @param declared the exceptions that it or the contract's method declares
     */
    TaskMethod(
            Method method,
            Set<Class<?>> declared,
            @Nullable ArgumentExpression prefer,
            @Nullable ArgumentExpression require,
            @Nullable Duration timeout,
            @Nullable Duration taskTimeout) {
        this.method = method;
        this.style = ReturnStyle.of(method);
        this.isPlainFuture = method.getReturnType() == Future.class;
        this.declared = declared.toArray(new Class<?>[0]);
        this.prefer = prefer;
        this.require = require;
        this.timeout = timeout;
        this.taskTimeout = taskTimeout;
        this.description = ArgumentExpression.describe(method);
        ReflectionUtils.makeAccessible(method);
    }

    /** {@return whom a call is for that is for any worker} */
    Affinity affinity(@Nullable Object[] arguments) {
        if (require != null) {
            return Affinity.require(require.text(arguments));
        }
        String preferred = prefer == null ? null : prefer.textOrNull(arguments);
        return preferred == null ? Affinity.any() : Affinity.prefer(preferred);
    }

    @Nullable
    Object invoke(Object target, @Nullable Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    /** An unchecked exception is declared when its type, or an unchecked one above it, is; {@code throws Exception} is too wide. */
    boolean declares(Throwable thrown) {
        boolean unchecked = isUnchecked(thrown.getClass());
        for (Class<?> type : declared) {
            if (type.isInstance(thrown) && (!unchecked || isUnchecked(type))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isUnchecked(Class<?> type) {
        return RuntimeException.class.isAssignableFrom(type) || Error.class.isAssignableFrom(type);
    }

    /** {@return what a call throws that has ended with this} */
    Throwable asThrown(Throwable thrown) {
        return thrown instanceof TimeoutException over && !ReflectionUtils.declaresException(method, over.getClass())
                ? new TaskTimeoutException(description + " was not done in time: " + over.getMessage(), over)
                : thrown;
    }

    /** {@return that the timeout is over} */
    TimeoutException timedOut() {
        return new TimeoutException(description + " took longer than its timeout, " + timeout);
    }

    @Override
    public String toString() {
        return description;
    }
}
