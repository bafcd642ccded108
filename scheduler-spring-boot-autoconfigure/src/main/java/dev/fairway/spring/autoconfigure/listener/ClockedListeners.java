package dev.fairway.spring.autoconfigure.listener;

import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.spring.ClockedListener;
import dev.fairway.spring.autoconfigure.DispatcherBeans;
import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Finds the listeners when all singletons are there, checks them and claims their receivers, and starts them with the application:
 * then everything that they may need is there. Closing the dispatchers ends them.
 *
 * <p>It names no class of a dispatcher, so that an application without one loads none.
 */
final class ClockedListeners
        implements SmartInitializingSingleton,
                SmartLifecycle,
                ApplicationListener<ApplicationReadyEvent>,
                DisposableBean {
    private static final Log log = LogFactory.getLog(ClockedListeners.class);

    private final ConfigurableListableBeanFactory beanFactory;
    private final boolean virtualThreads;
    private final DispatcherBeans dispatchers;
    private final List<Listening> listening = new ArrayList<>();
    private boolean attached;
    private volatile boolean running;

    ClockedListeners(ConfigurableListableBeanFactory beanFactory, boolean virtualThreads, DispatcherBeans dispatchers) {
        this.beanFactory = beanFactory;
        this.virtualThreads = virtualThreads;
        this.dispatchers = dispatchers;
    }

    @Override
    public void afterSingletonsInstantiated() {
        for (String beanName : beanFactory.getBeanNamesForType(Object.class)) {
            Class<?> type = type(beanName);
            if (type != null) {
                for (Map.Entry<Method, ClockedListener> found : find(type).entrySet()) {
                    add(beanName, found.getKey(), found.getValue());
                }
            }
        }
    }

    /** What the bean is, which for one that exists may be more than what it was declared to be. */
    private @Nullable Class<?> type(String beanName) {
        if (ScopedProxyUtils.isScopedTarget(beanName)) {
            return beanFactory.getType(beanName);
        }
        Object singleton = beanFactory.containsSingleton(beanName) ? beanFactory.getSingleton(beanName) : null;
        return singleton == null
                ? AutoProxyUtils.determineTargetClass(beanFactory, beanName)
                : AopUtils.getTargetClass(singleton);
    }

    /** {@return the annotated methods} */
    static Map<Method, ClockedListener> find(Class<?> type) {
        if (type.getName().startsWith("org.springframework.")
                || !AnnotationUtils.isCandidateClass(type, ClockedListener.class)) {
            return Map.of();
        }
        MethodIntrospector.MetadataLookup<ClockedListener> lookup =
                method -> AnnotatedElementUtils.findMergedAnnotation(method, ClockedListener.class);
        return MethodIntrospector.selectMethods(type, lookup);
    }

    private void add(String beanName, Method method, ClockedListener annotation) {
        Listening added = Listening.of(beanFactory, beanName, method, annotation);
        for (Listening other : listening) {
            if (other.isOfSameReceiver(added)) {
                throw new FairwayConfigurationException(
                        "Both " + other + " and " + added + " listen to " + added.receiverText() + ".",
                        "A receiver has one listener: give one of them another receiver.");
            }
        }
        added.claim();
        listening.add(added);
    }

    @Override
    public void start() {
        running = true;
        if (!attached) {
            attached = true;
            for (Listening listener : listening) {
                listener.attach(virtualThreads);
            }
        }
    }

    /** Before the web server. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 3072;
    }

    /** Those that stop are the dispatchers, when the context closes and their turn has come. */
    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        for (Map.Entry<String, ClockedDispatcher<?>> entry : dispatchers.all().entrySet()) {
            for (String receiver : entry.getValue().stats().unclaimed()) {
                log.warn("Nobody listens to receiver '" + receiver + "' of dispatcher '" + entry.getKey()
                        + "': when its inbox is full it stops every broadcast. Give it a @ClockedListener, claim it with"
                        + " receiver(\"" + receiver + "\"), or remove it.");
            }
        }
    }

    @Override
    public void destroy() {
        for (Listening listener : listening) { // a method reference would load what Listening needs
            listener.end();
        }
    }
}
