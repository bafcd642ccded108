package dev.fairway.spring.autoconfigure.call;

import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import java.lang.reflect.Method;
import java.util.Set;

/** Refuses methods whose work is done after they have returned, by whoever uses what they returned: that would be no part of the task. */
final class LazyTypes {
    /** By name, since most of them are in libraries that may not be there. */
    private static final Set<String> NAMES = Set.of(
            "java.util.stream.BaseStream",
            "java.util.concurrent.Flow$Publisher",
            "org.reactivestreams.Publisher",
            "io.reactivex.rxjava3.core.ObservableSource",
            "io.reactivex.rxjava3.core.SingleSource",
            "io.reactivex.rxjava3.core.MaybeSource",
            "io.reactivex.rxjava3.core.CompletableSource",
            "kotlin.sequences.Sequence",
            "kotlinx.coroutines.flow.Flow",
            "kotlinx.coroutines.Deferred",
            "org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody");

    private static final String CONTINUATION = "kotlin.coroutines.Continuation";

    private LazyTypes() {}

    /**
     * Checks that a method has done its work when it returns, or when the future that it returns has ended.
     *
     * @throws FairwayConfigurationException when it has not
     */
    static void refuse(Method method, ReturnStyle style) {
        Class<?>[] parameters = method.getParameterTypes();
        if (parameters.length > 0 && parameters[parameters.length - 1].getName().equals(CONTINUATION)) {
            throw new FairwayConfigurationException(
                    "The method " + ArgumentExpression.describe(method)
                            + " is a suspend function: it goes on after it has returned, outside of its task.",
                    "Make it an ordinary function that returns its result, or a CompletionStage of it.");
        }
        Class<?> result = style.resultType(method, method.getDeclaringClass()).resolve(Object.class);
        if (isLazy(result)) {
            throw new FairwayConfigurationException(
                    "The method " + ArgumentExpression.describe(method) + " returns "
                            + (style == ReturnStyle.VALUE ? "a " : "a future of a ") + result.getName()
                            + ", the work of which is done by whoever reads it: after the method has returned, outside of"
                            + " its task.",
                    "Do the work in the method: return a List, a single result, or a CompletionStage of either.");
        }
    }

    private static boolean isLazy(Class<?> type) {
        if (NAMES.contains(type.getName())) {
            return true;
        }
        for (Class<?> each : type.getInterfaces()) {
            if (isLazy(each)) {
                return true;
            }
        }
        Class<?> above = type.getSuperclass();
        return above != null && isLazy(above);
    }
}
