package dev.fairway.spring.autoconfigure.task;

import dev.fairway.spring.FairTask;
import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import dev.fairway.spring.autoconfigure.call.ArgumentExpression;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;

/**
 * Puts proxies before the beans with {@link FairTask} methods. Our interceptor becomes the first one, so that the others
 * (transactions, validation) run inside the task; and it comes before the post-processors that register a bean's methods
 * elsewhere ({@code @Scheduled}), so that those find the proxy.
 *
 * <p>It looks at definitions only, never at other beans: a post-processor that creates beans keeps them from being processed.
 */
final class FairTaskBeanPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor {
    private static final long serialVersionUID = 1L;

    private final transient Map<Class<?>, Map<Method, FairTask>> annotated = new ConcurrentHashMap<>();
    private final transient Map<Class<?>, Map<Method, FairTaskMethod>> checked = new ConcurrentHashMap<>();

    FairTaskBeanPostProcessor() {
        setBeforeExistingAdvisors(true);
        setProxyTargetClass(true);
        setOrder(LOWEST_PRECEDENCE - 100);
        this.advisor = advisor();
    }

    private Advisor advisor() {
        return new DefaultPointcutAdvisor(
                new StaticMethodMatcherPointcut() {
                    @Override
                    public boolean matches(Method method, Class<?> targetClass) {
                        return annotated(targetClass).containsKey(AopUtils.getMostSpecificMethod(method, targetClass));
                    }
                },
                new FairTaskInterceptor(this::method));
    }

    private @Nullable FairTaskMethod method(Class<?> targetClass, Method method) {
        return checked(targetClass).get(method);
    }

    private Map<Method, FairTask> annotated(Class<?> targetClass) {
        Class<?> userClass = ClassUtils.getUserClass(targetClass);
        Map<Method, FairTask> known = annotated.get(userClass);
        if (known == null) {
            known = find(userClass);
            annotated.put(userClass, known);
        }
        return known;
    }

    static Map<Method, FairTask> find(Class<?> type) {
        if (type.getName().startsWith("org.springframework.")
                || !AnnotationUtils.isCandidateClass(type, FairTask.class)) {
            return Map.of();
        }
        MethodIntrospector.MetadataLookup<FairTask> lookup =
                method -> AnnotatedElementUtils.findMergedAnnotation(method, FairTask.class);
        return MethodIntrospector.selectMethods(type, lookup);
    }

    private Map<Method, FairTaskMethod> checked(Class<?> targetClass) {
        Class<?> userClass = ClassUtils.getUserClass(targetClass);
        Map<Method, FairTaskMethod> known = checked.get(userClass);
        if (known == null) {
            Map<Method, FairTaskMethod> methods = new LinkedHashMap<>();
            boolean byInterface = needsInterfaces(userClass);
            annotated(userClass)
                    .forEach((method, annotation) -> methods.put(
                            method,
                            new FairTaskMethod(
                                    method, userClass, annotation, byInterface, Objects.requireNonNull(beanFactory))));
            checked.put(userClass, methods);
            known = methods;
        }
        return known;
    }

    private boolean needsInterfaces(Class<?> userClass) {
        return Modifier.isFinal(userClass.getModifiers())
                || annotated(userClass).keySet().stream().anyMatch(method -> Modifier.isFinal(method.getModifiers()));
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        Class<?> type = AopUtils.getTargetClass(bean);
        if (!annotated(type).isEmpty()) {
            requireInterfaces(type, beanName);
            requireInvocable(bean, beanName, type);
            var unused = checked(type);
        }
        return super.postProcessAfterInitialization(bean, beanName);
    }

    private void requireInterfaces(Class<?> type, String beanName) {
        Class<?> userClass = ClassUtils.getUserClass(type);
        if (needsInterfaces(userClass) && ClassUtils.getAllInterfacesForClass(userClass).length == 0) {
            throw new FairwayConfigurationException(
                    "The bean '" + beanName + "' of type " + userClass.getName()
                            + " has @FairTask methods, but the class or one of them is final, and it has no interface:"
                            + " calls cannot be intercepted.",
                    "Make nothing of it final, or let it implement an interface with these methods.");
        }
    }

    /** Somebody else may have put a proxy before it that only has the interfaces' methods. */
    private void requireInvocable(Object bean, String beanName, Class<?> type) {
        if (!AopUtils.isJdkDynamicProxy(bean)) {
            return;
        }
        for (Method method : annotated(type).keySet()) {
            try {
                var unused = AopUtils.selectInvocableMethod(method, bean.getClass());
            } catch (IllegalStateException e) {
                throw new FairwayConfigurationException(
                        "The @FairTask method " + ArgumentExpression.describe(method) + " of bean '" + beanName
                                + "' cannot be intercepted: other advice has put a proxy before the bean that has only the"
                                + " methods of its interfaces.",
                        "Declare the method in an interface of the class, or let proxies be class-based"
                                + " (spring.aop.proxy-target-class=true).");
            }
        }
    }

    @Override
    protected boolean isEligible(Class<?> targetClass) {
        return !annotated(targetClass).isEmpty();
    }

    /** Ahead of time, to generate the proxy's class. */
    @Override
    public Class<?> determineBeanType(Class<?> beanClass, String beanName) {
        Class<?> userClass = ClassUtils.getUserClass(beanClass);
        if (annotated(userClass).isEmpty() || !needsInterfaces(userClass)) {
            return super.determineBeanType(beanClass, beanName);
        }
        ProxyFactory factory = new ProxyFactory(ClassUtils.getAllInterfacesForClass(userClass));
        return factory.getProxyClass(getProxyClassLoader());
    }

    @Override
    protected ProxyFactory prepareProxyFactory(Object bean, String beanName) {
        ProxyFactory factory = super.prepareProxyFactory(bean, beanName);
        if (needsInterfaces(ClassUtils.getUserClass(bean.getClass()))) {
            factory.setProxyTargetClass(false);
        }
        return factory;
    }
}
