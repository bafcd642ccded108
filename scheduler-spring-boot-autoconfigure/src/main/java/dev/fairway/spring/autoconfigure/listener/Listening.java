package dev.fairway.spring.autoconfigure.listener;

import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.dispatcher.DeliveryErrorCallback;
import dev.fairway.dispatcher.Receiver;
import dev.fairway.spring.ClockedListener;
import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.convert.DurationStyle;

/** One listener: its method, its receiver, what happens when it fails, and its thread. */
final class Listening {
    private final ConfigurableListableBeanFactory beanFactory;
    private final ClockedListener annotation;
    private final ListenerMethod method;
    private final String dispatcherName;
    private final String receiverName;
    private final ClockedDispatcher<?> dispatcher;
    private final DeliveryErrorCallback<Object> onError;
    private @Nullable Receiver<?> receiver;
    private @Nullable ListenerThread thread;

    private Listening(
            ConfigurableListableBeanFactory beanFactory, String beanName, Method method, ClockedListener annotation) {
        this.beanFactory = beanFactory;
        this.annotation = annotation;
        this.method = ListenerMethod.of(beanFactory, beanName, method);
        this.receiverName = resolved("receiver", annotation.receiver());
        this.dispatcherName = dispatcherName();
        this.dispatcher = dispatcher();
        this.onError = onError();
        requireReceiver();
    }

    /** Checks everything that can be checked before somebody else may have claimed the receiver. */
    static Listening of(
            ConfigurableListableBeanFactory beanFactory, String beanName, Method method, ClockedListener annotation) {
        return new Listening(beanFactory, beanName, method, annotation);
    }

    private String resolved(String attribute, String text) {
        String resolved = Objects.requireNonNullElse(beanFactory.resolveEmbeddedValue(text), "");
        if (resolved.isBlank()) {
            throw wrong("names no " + attribute + ": '" + text + "'", "Name one.");
        }
        return resolved;
    }

    private String dispatcherName() {
        if (!annotation.dispatcher().isEmpty()) {
            return resolved("dispatcher", annotation.dispatcher());
        }
        String[] names = beanFactory.getBeanNamesForType(ClockedDispatcher.class);
        if (names.length != 1) {
            throw wrong(
                    "names no dispatcher, and there is not just one (dispatchers: " + list(names) + ")",
                    "Name the dispatcher: @ClockedListener(dispatcher = ...).");
        }
        return names[0];
    }

    private ClockedDispatcher<?> dispatcher() {
        try {
            return beanFactory.getBean(dispatcherName, ClockedDispatcher.class);
        } catch (NoSuchBeanDefinitionException | BeanNotOfRequiredTypeException e) {
            throw wrong(
                    "needs the dispatcher '" + dispatcherName + "', which there is not (dispatchers: "
                            + list(beanFactory.getBeanNamesForType(ClockedDispatcher.class)) + ")",
                    "Correct the name, or add fairway.dispatchers." + dispatcherName + ".");
        }
    }

    private void requireReceiver() {
        Collection<String> receivers = dispatcher.stats().receivers().keySet();
        if (!receivers.contains(receiverName)) {
            throw wrong(
                    "needs the receiver '" + receiverName + "', which dispatcher '" + dispatcherName
                            + "' does not have (receivers: " + list(receivers.toArray(String[]::new)) + ")",
                    "Correct the name, or add it to fairway.dispatchers." + dispatcherName + ".receivers.");
        }
    }

    private DeliveryErrorCallback<Object> onError() {
        if (annotation.errorHandler().isEmpty()) {
            Duration first = duration("backOff", annotation.backOff());
            Duration longest = duration("longestBackOff", annotation.longestBackOff());
            if (annotation.retries() < 0 || first.compareTo(longest) > 0) {
                throw wrong(
                        "has retries " + annotation.retries() + ", backOff " + first.toMillis()
                                + " ms and longestBackOff " + longest.toMillis() + " ms",
                        "Retries must not be negative, and the longest back-off not be shorter than the first.");
            }
            return new RetryThenStop(toString(), annotation.retries(), first, longest);
        }
        return errorHandler(annotation.errorHandler());
    }

    @SuppressWarnings("unchecked") // it decides about whatever the listener gets
    private DeliveryErrorCallback<Object> errorHandler(String name) {
        try {
            return beanFactory.getBean(name, DeliveryErrorCallback.class);
        } catch (NoSuchBeanDefinitionException | BeanNotOfRequiredTypeException e) {
            throw wrong(
                    "needs the error handler '" + name + "', which there is not",
                    "Define a bean of that name and of type " + DeliveryErrorCallback.class.getName() + ".");
        }
    }

    private Duration duration(String attribute, String text) {
        String resolved = resolved(attribute, text);
        Duration duration = null;
        try {
            duration = DurationStyle.detectAndParse(resolved);
        } catch (IllegalArgumentException e) {
            // said below
        }
        if (duration == null || duration.isNegative() || duration.isZero()) {
            throw wrong(
                    "has the " + attribute + " '" + resolved + "'", "It must be a positive duration, such as 100ms.");
        }
        return duration;
    }

    boolean isOfSameReceiver(Listening other) {
        return dispatcher == other.dispatcher && receiverName.equals(other.receiverName);
    }

    void claim() {
        try {
            receiver = dispatcher.receiver(receiverName);
        } catch (IllegalArgumentException e) {
            throw wrong(
                    "needs " + receiverText() + ", which somebody else has claimed",
                    "A receiver has one reader: do not call receiver(\"" + receiverName
                            + "\"), or remove the listener.");
        }
    }

    void attach(boolean virtualThreads) {
        ListenerThread own = ListenerThread.of("fairway-" + dispatcherName + "-" + receiverName + "-", virtualThreads);
        thread = own;
        Objects.requireNonNull(receiver, "receiver").onDelivery(method, own, onError);
    }

    void end() {
        if (thread != null) {
            thread.end();
        }
    }

    private FairwayConfigurationException wrong(String what, String action) {
        return new FairwayConfigurationException("The " + this + " " + what + ".", action);
    }

    private static String list(String[] names) {
        return java.util.Arrays.stream(names).sorted().limit(10).toList()
                + (names.length > 10 ? " … of " + names.length : "");
    }

    String receiverText() {
        return "receiver '" + receiverName + "' of dispatcher '" + dispatcherName + "'";
    }

    @Override
    public String toString() {
        return "@ClockedListener method " + method;
    }
}
