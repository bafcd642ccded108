package dev.fairway.spring.autoconfigure.call;

import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** Which calls a proxy can see. */
public final class Interception {
    private Interception() {}

    /**
     * Checks that calls of a method can be intercepted.
     *
     * @param what what the method is, for messages
     * @param method the method, of the target class
     * @param targetClass the class of the bean
     * @param interfaceProxy whether the proxy only has the methods of the interfaces
     * @throws FairwayConfigurationException when they cannot
     */
    public static void require(String what, Method method, Class<?> targetClass, boolean interfaceProxy) {
        int modifiers = method.getModifiers();
        String not = Modifier.isPrivate(modifiers)
                ? "private"
                : Modifier.isStatic(modifiers)
                        ? "static"
                        : Modifier.isFinal(modifiers) && !interfaceProxy ? "final" : null;
        if (not != null) {
            throw new FairwayConfigurationException(
                    "The " + what + " method " + ArgumentExpression.describe(method) + " is " + not
                            + ", so calls of it cannot be intercepted.",
                    "Make it a method that can be overridden.");
        }
        if (interfaceProxy && !isOfAnInterface(method, targetClass)) {
            throw new FairwayConfigurationException(
                    "The " + what + " method " + ArgumentExpression.describe(method)
                            + " cannot be intercepted: the class or one of its methods is final, so that the bean is only known by"
                            + " its interfaces, and none of them has this method.",
                    "Declare the method in an interface of the class, or make nothing of the class final.");
        }
    }

    private static boolean isOfAnInterface(Method method, Class<?> targetClass) {
        return Arrays.stream(ClassUtils.getAllInterfacesForClass(targetClass))
                .anyMatch(
                        type -> ReflectionUtils.findMethod(type, method.getName(), method.getParameterTypes()) != null);
    }
}
