package dev.fairway.spring.autoconfigure.call;

import dev.fairway.TaskHandle;
import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.springframework.core.ResolvableType;

/** What a method gives to its caller. */
public enum ReturnStyle {
    /** The result: the caller waits for it. */
    VALUE,
    /** A future or stage. */
    FUTURE,
    /** A {@link TaskHandle}. */
    HANDLE;

    /**
     * {@return what a method gives to its caller}
     *
     * @param method the method
     * @throws FairwayConfigurationException when its type cannot be made out of a task
     */
    public static ReturnStyle of(Method method) {
        ReturnStyle style = byType(method);
        LazyTypes.refuse(method, style);
        return style;
    }

    private static ReturnStyle byType(Method method) {
        Class<?> type = method.getReturnType();
        if (type == CompletableFuture.class || type == CompletionStage.class || type == Future.class) {
            return FUTURE;
        }
        if (type == TaskHandle.class) {
            return HANDLE;
        }
        if (Future.class.isAssignableFrom(type)
                || CompletionStage.class.isAssignableFrom(type)
                || TaskHandle.class.isAssignableFrom(type)) {
            throw new FairwayConfigurationException(
                    "The return type " + type.getName() + " of " + ArgumentExpression.describe(method)
                            + " cannot be made out of a task.",
                    "Return CompletionStage, CompletableFuture, Future or TaskHandle, or the result itself.");
        }
        return VALUE;
    }

    /**
     * {@return the type of the task's result, whatever it is wrapped in}
     *
     * @param method the method
     * @param targetClass resolves its type variables
     */
    public ResolvableType resultType(Method method, Class<?> targetClass) {
        ResolvableType type = ResolvableType.forMethodReturnType(method, targetClass);
        return this == VALUE ? type : type.getGeneric(0);
    }
}
