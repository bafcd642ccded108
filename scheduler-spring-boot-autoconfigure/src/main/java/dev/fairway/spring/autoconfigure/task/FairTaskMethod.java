package dev.fairway.spring.autoconfigure.task;

import dev.fairway.scheduler.FairExecutor;
import dev.fairway.scheduler.FairScheduler;
import dev.fairway.spring.FairTask;
import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import dev.fairway.spring.autoconfigure.call.ArgumentExpression;
import dev.fairway.spring.autoconfigure.call.Interception;
import dev.fairway.spring.autoconfigure.call.ReturnStyle;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** One method with a {@link FairTask}, checked. */
final class FairTaskMethod {
    private final ReturnStyle style;
    private final String scheduler;
    private final ArgumentExpression channel;
    private final @Nullable Method commit;
    private final boolean commitTakesResult;
    private final ConfigurableListableBeanFactory beanFactory;
    private volatile @Nullable FairExecutor executor;

    /**
     * @param method the annotated one, of the target class
     * @param interfaceProxy whether the proxy only has the methods of the interfaces
     * @throws FairwayConfigurationException saying what is wrong with it
     */
    FairTaskMethod(
            Method method,
            Class<?> targetClass,
            FairTask annotation,
            boolean interfaceProxy,
            ConfigurableListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
        Interception.require("@FairTask", method, targetClass, interfaceProxy);
        this.style = ReturnStyle.of(method);
        this.scheduler = scheduler(annotation.scheduler(), method);
        this.channel = new ArgumentExpression("channel", annotation.channel(), method, beanFactory);
        this.commit =
                annotation.commit().isEmpty() ? null : commit(annotation.commit(), method, targetClass, interfaceProxy);
        this.commitTakesResult = commit != null && commit.getParameterCount() > method.getParameterCount();
    }

    private String scheduler(String name, Method method) {
        if (!name.isEmpty()) {
            if (beanFactory.containsBean(name) && beanFactory.isTypeMatch(name, FairScheduler.class)) {
                throw new FairwayConfigurationException(
                        "The @FairTask method " + ArgumentExpression.describe(method) + " names the scheduler '" + name
                                + "', which runs only the tasks of its own processor.",
                        "Give the method a scheduler without a @FairProcessor, or submit to '" + name + "' directly.");
            }
            if (!beanFactory.containsBean(name) || !beanFactory.isTypeMatch(name, FairExecutor.class)) {
                throw new FairwayConfigurationException(
                        "The @FairTask method " + ArgumentExpression.describe(method) + " names the scheduler '" + name
                                + "', which does not exist (FairExecutors: " + executors() + ").",
                        "Add an entry fairway.schedulers." + name + ", or correct the name.");
            }
            return name;
        }
        List<String> executors = executors();
        if (executors.size() != 1) {
            throw new FairwayConfigurationException(
                    "The @FairTask method " + ArgumentExpression.describe(method)
                            + " names no scheduler, and there is not exactly one (FairExecutors: " + executors + ").",
                    "Name one: @FairTask(scheduler = \"...\").");
        }
        return executors.get(0);
    }

    private List<String> executors() {
        return List.of(beanFactory.getBeanNamesForType(FairExecutor.class, true, false));
    }

    private Method commit(String name, Method method, Class<?> targetClass, boolean interfaceProxy) {
        List<Method> ofThatName = new ArrayList<>();
        for (Method candidate :
                ReflectionUtils.getUniqueDeclaredMethods(targetClass, ReflectionUtils.USER_DECLARED_METHODS)) {
            if (candidate.getName().equals(name)) {
                ofThatName.add(candidate);
            }
        }
        List<Method> fitting = ofThatName.stream()
                .filter(candidate -> fits(candidate, method, targetClass))
                .toList();
        if (fitting.size() != 1) {
            throw new FairwayConfigurationException(
                    "The commit '" + name + "' of " + ArgumentExpression.describe(method) + " is "
                            + (fitting.isEmpty() ? "not there" : "there more than once") + "; methods of that name: "
                            + ofThatName.stream()
                                    .map(ArgumentExpression::describe)
                                    .toList() + ".",
                    "Let there be one method '" + name + "' that takes the arguments of '" + method.getName()
                            + "' and then its result" + (hasResult(method) ? "." : ", of which there is none."));
        }
        Method found = fitting.get(0);
        if (AnnotatedElementUtils.hasAnnotation(found, FairTask.class)) {
            throw new FairwayConfigurationException(
                    "The commit " + ArgumentExpression.describe(found) + " is a @FairTask itself.",
                    "Remove the annotation: the commit runs in the task of " + ArgumentExpression.describe(method)
                            + ".");
        }
        Interception.require("commit", found, targetClass, interfaceProxy);
        ReflectionUtils.makeAccessible(found);
        return found;
    }

    private boolean hasResult(Method method) {
        Class<?> result = style.resultType(method, method.getDeclaringClass()).resolve(Object.class);
        return result != void.class && result != Void.class;
    }

    private boolean fits(Method candidate, Method method, Class<?> targetClass) {
        int arguments = method.getParameterCount();
        if (candidate.getParameterCount() != (hasResult(method) ? arguments + 1 : arguments)) {
            return false;
        }
        for (int i = 0; i < arguments; i++) {
            if (!accepts(candidate, i, ResolvableType.forMethodParameter(method, i, targetClass), targetClass)) {
                return false;
            }
        }
        return !hasResult(method) || accepts(candidate, arguments, style.resultType(method, targetClass), targetClass);
    }

    private static boolean accepts(Method candidate, int index, ResolvableType offered, Class<?> targetClass) {
        Class<?> type =
                ResolvableType.forMethodParameter(candidate, index, targetClass).resolve(Object.class);
        return ClassUtils.isAssignable(type, offered.resolve(type));
    }

    ReturnStyle style() {
        return style;
    }

    String channel(@Nullable Object[] arguments) {
        return channel.text(arguments);
    }

    /** Not before the first call: asking for it earlier would create beans while others are being created. */
    FairExecutor executor() {
        FairExecutor known = executor;
        if (known == null) {
            known = beanFactory.getBean(scheduler, FairExecutor.class);
            executor = known;
        }
        return known;
    }

    boolean hasCommit() {
        return commit != null;
    }

    /** Calls the commit on the proxy, so that the bean's other advice applies. */
    void commit(Object proxy, @Nullable Object[] arguments, @Nullable Object result) throws Exception {
        if (commit == null) {
            return;
        }
        @Nullable Object[] all = commitTakesResult ? Arrays.copyOf(arguments, arguments.length + 1) : arguments;
        if (commitTakesResult) {
            all[arguments.length] = result;
        }
        try {
            Method invocable = org.springframework.aop.support.AopUtils.selectInvocableMethod(commit, proxy.getClass());
            ReflectionUtils.makeAccessible(invocable);
            Object ignored = invocable.invoke(proxy, all);
        } catch (InvocationTargetException e) {
            Throwable thrown = e.getTargetException();
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (Exception) thrown;
        }
    }
}
