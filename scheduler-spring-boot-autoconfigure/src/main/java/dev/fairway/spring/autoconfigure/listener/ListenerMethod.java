package dev.fairway.spring.autoconfigure.listener;

import dev.fairway.dispatcher.Delivery;
import dev.fairway.dispatcher.DeliveryHandler;
import dev.fairway.dispatcher.Message;
import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** Calls the method of a listener with what it takes. */
final class ListenerMethod implements DeliveryHandler<Object> {
    private enum Takes {
        PAYLOAD,
        MESSAGE,
        DELIVERY
    }

    private final Object bean;
    private final Method method;
    private final Takes takes;
    private final Class<?> payload;
    private final String name;

    private ListenerMethod(Object bean, Method invocable, Takes takes, Class<?> payload, String name) {
        this.bean = bean;
        this.method = invocable;
        this.takes = takes;
        this.payload = payload;
        this.name = name;
    }

    static ListenerMethod of(ConfigurableListableBeanFactory beanFactory, String beanName, Method method) {
        String name =
                method.getDeclaringClass().getSimpleName() + "." + method.getName() + " of bean '" + beanName + "'";
        if (!beanFactory.isSingleton(beanName)) {
            throw wrong(
                    name,
                    "is in a bean that is no singleton",
                    "Make the bean a singleton: a receiver has one listener.");
        }
        if (Modifier.isPrivate(method.getModifiers()) || Modifier.isStatic(method.getModifiers())) {
            throw wrong(name, "is private or static", "Make it neither.");
        }
        if (method.getReturnType() != void.class) {
            throw wrong(
                    name,
                    "returns " + method.getReturnType().getName(),
                    "Let it return nothing: its return says that the message is processed.");
        }
        if (method.getParameterCount() != 1) {
            throw wrong(
                    name,
                    "has " + method.getParameterCount() + " parameters",
                    "Let it take the payload, the Message or the Delivery.");
        }
        Object bean = beanFactory.getBean(beanName);
        ResolvableType parameter = ResolvableType.forMethodParameter(method, 0, AopUtils.getTargetClass(bean));
        Takes takes = takes(parameter.toClass());
        ResolvableType payload = takes == Takes.PAYLOAD ? parameter : parameter.getGeneric(0);
        return new ListenerMethod(
                bean,
                invocable(bean, method, name),
                takes,
                ClassUtils.resolvePrimitiveIfNecessary(payload.toClass()),
                name);
    }

    private static Takes takes(Class<?> parameter) {
        if (parameter == Message.class) {
            return Takes.MESSAGE;
        }
        return parameter == Delivery.class ? Takes.DELIVERY : Takes.PAYLOAD;
    }

    /** Somebody else may have put a proxy before the bean that only has the interfaces' methods. */
    private static Method invocable(Object bean, Method method, String name) {
        try {
            Method invocable = AopUtils.selectInvocableMethod(method, bean.getClass());
            ReflectionUtils.makeAccessible(invocable);
            return invocable;
        } catch (IllegalStateException e) {
            throw wrong(
                    name,
                    "cannot be called: other advice has put a proxy before the bean that has only the methods of its interfaces",
                    "Declare the method in an interface of the class, or let proxies be class-based"
                            + " (spring.aop.proxy-target-class=true).");
        }
    }

    private static FairwayConfigurationException wrong(String name, String what, String action) {
        return new FairwayConfigurationException("The @ClockedListener method " + name + " " + what + ".", action);
    }

    @Override
    public void handle(Delivery<Object> delivery) throws Exception {
        if (delivery instanceof Message<Object> message) {
            requirePayload(message);
            call(takes == Takes.PAYLOAD ? message.payload() : message);
        } else if (takes == Takes.DELIVERY) {
            call(delivery);
        }
    }

    private void requirePayload(Message<Object> message) {
        if (!payload.isInstance(message.payload())) {
            throw new UnsuitablePayloadException("message " + message.timestamp() + " has a payload of type "
                    + message.payload().getClass().getName() + ", and " + name + " takes " + payload.getName());
        }
    }

    private void call(Object argument) throws Exception {
        try {
            method.invoke(bean, argument);
        } catch (InvocationTargetException e) {
            Throwable thrown = e.getTargetException();
            if (thrown instanceof Error error) {
                throw error;
            }
            throw thrown instanceof Exception exception ? exception : e;
        }
    }

    @Override
    public String toString() {
        return name;
    }

    /** No further try would help. */
    static final class UnsuitablePayloadException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        UnsuitablePayloadException(String message) {
            super(message);
        }
    }
}
