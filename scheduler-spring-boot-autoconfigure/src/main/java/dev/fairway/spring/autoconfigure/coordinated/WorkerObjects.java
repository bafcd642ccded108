package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import java.util.IdentityHashMap;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.util.ClassUtils;

/**
 * Which objects are behind the workers of an application, of whatever coordinator. Each is behind one only: a second worker would let
 * a second thread in.
 *
 * <p>Thread-safe.
 */
final class WorkerObjects {
    /** By identity, without any proxies; guarded by this object's monitor. */
    private final IdentityHashMap<Object, String> names = new IdentityHashMap<>();

    /** What stands for several workers, with what it stands for; guarded by this object's monitor. */
    private final IdentityHashMap<Object, String> standIns = new IdentityHashMap<>();

    /** {@return what stands for workers, and is none itself from now on} */
    synchronized Object standIn(Object standIn, String description) {
        standIns.put(standIn, description);
        return standIn;
    }

    /**
     * A bean becomes a worker.
     *
     * @throws FairwayConfigurationException when what is behind it is a worker already, or stands for some
     */
    synchronized void claim(Object bean, String beanName) {
        String standsFor = standIns.get(bean);
        if (standsFor != null) {
            throw refusal(
                    "The @CoordinatedTask bean '" + beanName + "' is what stands for " + standsFor
                            + ", and no worker of its own.",
                    beanName);
        }
        Object object = behind(bean);
        String other = isInterchangeable(object) ? null : names.putIfAbsent(object, beanName);
        if (other != null && !other.equals(beanName)) {
            throw refusal(
                    "The @CoordinatedTask beans '" + other + "' and '" + beanName + "' are one and the same "
                            + object.getClass().getName() + ": as two workers they would let two threads into it.",
                    beanName);
        }
    }

    private static FairwayConfigurationException refusal(String problem, String beanName) {
        return new FairwayConfigurationException(
                problem,
                "Let '" + beanName + "' be an object of its own, or give the other bean a second name:"
                        + " @Bean({\"first\", \"second\"}).");
    }

    /** A worker's bean is gone. */
    synchronized void release(String beanName) {
        names.values().removeIf(beanName::equals);
    }

    private static Object behind(Object bean) {
        Object object = bean;
        for (Object target = object; target != null; target = AopProxyUtils.getSingletonTarget(target)) {
            object = target;
        }
        return object;
    }

    /** A lambda that captures nothing is the same object whenever it is made, and has no state that two threads could meet in. */
    private static boolean isInterchangeable(Object object) {
        Class<?> type = object.getClass();
        return ClassUtils.isLambdaClass(type) && type.getDeclaredFields().length == 0;
    }
}
