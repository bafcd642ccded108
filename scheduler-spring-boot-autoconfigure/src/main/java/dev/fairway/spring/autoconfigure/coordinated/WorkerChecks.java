package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.spring.FairTask;
import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import dev.fairway.spring.autoconfigure.call.ArgumentExpression;
import dev.fairway.spring.autoconfigure.call.Interception;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.ClassUtils;

/** What a class must be for no two threads to get into a worker of it. */
final class WorkerChecks {
    private WorkerChecks() {}

    /**
     * Checks a class.
     *
     * @param worker what it is to be
     * @param userClass its class, which may be more than the declared type
     * @throws FairwayConfigurationException saying what is wrong with it
     */
    static void check(WorkerBean worker, Class<?> userClass) {
        List<Method> annotated = TaskMethods.annotatedMethods(userClass);
        boolean byInterface = ContractProxies.needsInterfaces(worker.contract(), userClass) || isFinalAny(annotated);
        if (byInterface && !userClass.isInterface()) {
            requireInterfaces(worker, userClass);
        }
        for (Method method : annotated) {
            Interception.require("@CoordinatedTask", method, userClass, byInterface && !userClass.isInterface());
        }
        for (Method method : TaskMethods.methodsOf(userClass)) {
            if (worker.isOfMethods() && !annotated.contains(method)) {
                continue;
            }
            requireSynchronous(worker, method, userClass);
            if (!byInterface && !userClass.isInterface()) {
                requireVisible(worker, method, userClass);
            }
        }
    }

    private static boolean isFinalAny(List<Method> methods) {
        return methods.stream().anyMatch(method -> Modifier.isFinal(method.getModifiers()));
    }

    private static void requireInterfaces(WorkerBean worker, Class<?> userClass) {
        boolean reachable = worker.contract().isInterface()
                || (worker.isOfMethods() && ClassUtils.getAllInterfacesForClass(userClass).length > 0);
        if (!reachable) {
            throw new FairwayConfigurationException(
                    "The @CoordinatedTask bean '" + worker.name() + "' of type " + userClass.getName()
                            + " cannot be a worker: the class or one of its methods is final, and its contract, "
                            + worker.contract().getName() + ", is no interface: calls cannot be intercepted.",
                    "Make nothing of it final, or let it implement an interface with these methods, and name that:"
                            + " @CoordinatedTask(contract = ...).");
        }
    }

    private static void requireSynchronous(WorkerBean worker, Method method, Class<?> userClass) {
        if (AnnotatedElementUtils.hasAnnotation(method, Async.class)
                || AnnotatedElementUtils.hasAnnotation(userClass, Async.class)) {
            throw new FairwayConfigurationException(
                    "The method " + ArgumentExpression.describe(method) + " of the @CoordinatedTask bean '"
                            + worker.name() + "' is @Async.",
                    "Remove @Async: a method that returns a CompletionStage or a TaskHandle does not block its caller.");
        }
        if (AnnotatedElementUtils.hasAnnotation(method, FairTask.class)) {
            throw new FairwayConfigurationException(
                    "The method " + ArgumentExpression.describe(method) + " of the @CoordinatedTask bean '"
                            + worker.name()
                            + "' is a @FairTask, too: a worker of the scheduler's would get into the bean"
                            + " beside its own.",
                    "Remove one of the annotations: let a @FairTask method of another bean call the worker.");
        }
    }

    /** A package-private method is only overridden in its own package: else a call would meet the proxy's own, empty object. */
    private static void requireVisible(WorkerBean worker, Method method, Class<?> userClass) {
        int modifiers = method.getModifiers();
        boolean packagePrivate =
                !Modifier.isPublic(modifiers) && !Modifier.isProtected(modifiers) && !Modifier.isPrivate(modifiers);
        if (packagePrivate && !method.getDeclaringClass().getPackageName().equals(userClass.getPackageName())) {
            throw new FairwayConfigurationException(
                    "The method " + ArgumentExpression.describe(method) + " of the @CoordinatedTask bean '"
                            + worker.name() + "' is package-private in another package than " + userClass.getName()
                            + ", so calls of it cannot be intercepted.",
                    "Make it public or protected.");
        }
    }
}
