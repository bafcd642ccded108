package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.spring.CoordinatedTask;
import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import dev.fairway.spring.autoconfigure.call.ArgumentExpression;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.annotation.Bean;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * What becomes of the calls of one proxy, method by method. All of it is found out before the first call, which only looks it up.
 *
 * <p>Thread-safe.
 */
final class TaskMethods {
    private final Class<?> contract;
    private final DeclaredExceptions declaredExceptions;
    private final Class<?> userClass;
    private final @Nullable Attributes ofType;
    private final boolean isForAny;
    private final BeanFactory beanFactory;
    private final Environment environment;
    private final Map<Method, Optional<TaskMethod>> known = new ConcurrentHashMap<>();

    /**
     * @param contractType the contract as the bean fills it in
     * @param userClass the class of the bean, or of one of them
     * @param ofType the attributes of the whole type; null when only single methods are annotated
     * @param isForAny whether the expressions apply
     */
    TaskMethods(
            Class<?> contract,
            ResolvableType contractType,
            Class<?> userClass,
            @Nullable Attributes ofType,
            boolean isForAny,
            BeanFactory beanFactory,
            Environment environment) {
        this.contract = contract;
        this.declaredExceptions = new DeclaredExceptions(contract, contractType, userClass);
        this.userClass = userClass;
        this.ofType = ofType;
        this.isForAny = isForAny;
        this.beanFactory = beanFactory;
        this.environment = environment;
    }

    /** {@return what calls of that method become; null when they are no tasks} */
    @Nullable
    TaskMethod find(Method method) {
        Optional<TaskMethod> found = known.get(method);
        if (found == null) {
            found = Optional.ofNullable(make(method));
            known.put(method, found);
        }
        return found.orElse(null);
    }

    boolean isWholeType() {
        return ofType != null;
    }

    /** Finds out about all methods there are. */
    TaskMethods checked() {
        methodsOf(isForAny ? contract : userClass).forEach(this::find);
        return this;
    }

    /** {@return the methods of a type that may be tasks, those of its interfaces included} */
    static Set<Method> methodsOf(Class<?> type) {
        return MethodIntrospector.selectMethods(
                type, (ReflectionUtils.MethodFilter) method -> !method.isSynthetic() && mayBeTask(method));
    }

    private static boolean mayBeTask(Method method) {
        int modifiers = method.getModifiers();
        return !Modifier.isPrivate(modifiers) && !Modifier.isStatic(modifiers) && !isObjects(method);
    }

    static boolean isObjects(Method method) {
        return ReflectionUtils.isObjectMethod(method)
                || (method.getName().equals("finalize") && method.getParameterCount() == 0);
    }

    private @Nullable TaskMethod make(Method method) {
        if (!mayBeTask(method)) {
            return null;
        }
        Attributes attributes = attributes(method, userClass, ofType);
        if (attributes == null) {
            return null;
        }
        return new TaskMethod(
                method,
                declaredExceptions.of(method),
                isForAny ? expression("prefer", attributes.prefer(), attributes.source(), method) : null,
                isForAny ? expression("require", attributes.require(), attributes.source(), method) : null,
                duration("timeout", attributes.timeout(), method),
                duration("taskTimeout", attributes.taskTimeout(), method));
    }

    /**
     * {@return what the annotations say about a method; null when it has none}
     *
     * @param method of the class, or of an interface of its
     */
    static @Nullable Attributes attributes(Method method, Class<?> userClass, @Nullable Attributes ofType) {
        Method specific = specific(method, userClass);
        MergedAnnotation<CoordinatedTask> annotation =
                MergedAnnotations.from(specific, SearchStrategy.TYPE_HIERARCHY).get(CoordinatedTask.class);
        if (!annotation.isPresent()) {
            return ofType;
        }
        AnnotatedElement source = annotation.getSource() instanceof Method place ? place : specific;
        Attributes own = Attributes.of(annotation.synthesize(), source);
        if (own.hasContract()) {
            throw new FairwayConfigurationException(
                    "The @CoordinatedTask on " + ArgumentExpression.describe(specific) + " has the contract "
                            + own.contract().getName() + ".",
                    "Put the contract into a @CoordinatedTask on the class.");
        }
        return ofType == null ? own : own.over(ofType);
    }

    static Method specific(Method method, Class<?> userClass) {
        Method specific = ClassUtils.getMostSpecificMethod(method, userClass);
        return specific.isBridge() ? BridgeMethodResolver.findBridgedMethod(specific) : specific;
    }

    /** The names of the parameters are those of the method that the annotation stands at. */
    private @Nullable ArgumentExpression expression(String what, String text, AnnotatedElement source, Method method) {
        if (text.isEmpty()) {
            return null;
        }
        Method named = method;
        if (source instanceof Method place) {
            named = place;
        } else if (source instanceof Class<?> type && !type.isInterface()) {
            named = specific(method, userClass);
        }
        return new ArgumentExpression(what, text, named, beanFactory);
    }

    private @Nullable Duration duration(String what, String text, Method method) {
        if (text.isEmpty()) {
            return null;
        }
        Duration duration;
        String resolved = environment.resolvePlaceholders(text);
        try {
            duration = DurationStyle.detectAndParse(resolved);
        } catch (IllegalArgumentException e) {
            throw wrong(what, resolved, method, "is no duration", e);
        }
        if (duration.isNegative() || duration.isZero()) {
            throw wrong(what, resolved, method, "is not longer than zero", null);
        }
        return duration;
    }

    private static FairwayConfigurationException wrong(
            String what, String text, Method method, String problem, @Nullable Exception cause) {
        FairwayConfigurationException failure = new FairwayConfigurationException(
                "The " + what + " '" + text + "' of " + ArgumentExpression.describe(method) + " " + problem + ".",
                "Write a duration such as 500ms or 20s.");
        if (cause != null) {
            failure.initCause(cause);
        }
        return failure;
    }

    /** {@return the methods of a class that carry an annotation of their own, whether they can be tasks or not} */
    static List<Method> annotatedMethods(Class<?> type) {
        Map<Method, Boolean> found = MethodIntrospector.selectMethods(
                type, (MethodIntrospector.MetadataLookup<Boolean>) method -> isAnnotated(method) ? Boolean.TRUE : null);
        return List.copyOf(found.keySet());
    }

    /** The annotation of a {@code @Bean} method is its bean's. */
    private static boolean isAnnotated(Method method) {
        return AnnotatedElementUtils.hasAnnotation(method, CoordinatedTask.class)
                && !AnnotatedElementUtils.hasAnnotation(method, Bean.class);
    }

    static Stream<Class<?>> interfaces(Class<?> type) {
        return Arrays.stream(ClassUtils.getAllInterfacesForClass(type)).filter(each -> !isOfPlatform(each));
    }

    static boolean isOfPlatform(Class<?> type) {
        String name = type.getName();
        return Stream.of("java.", "javax.", "jakarta.", "kotlin.", "groovy.", "org.springframework.")
                .anyMatch(name::startsWith);
    }
}
