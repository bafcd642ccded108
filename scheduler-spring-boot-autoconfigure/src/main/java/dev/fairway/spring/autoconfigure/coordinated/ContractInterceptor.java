package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.coordinator.Affinity;
import java.lang.reflect.Method;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.util.ReflectionUtils;

/** Makes tasks of the calls of an object that stands for a contract's workers, and has no bean behind it. */
final class ContractInterceptor implements MethodInterceptor {
    private final Contract contract;
    private final TaskMethods methods;
    private final @Nullable Supplier<Affinity> choice;
    private final String description;

    /**
     * @param choice whom calls are for; null: that is for the methods' expressions to say
     * @param description what the object is, for its {@code toString}
     */
    ContractInterceptor(
            Contract contract, TaskMethods methods, @Nullable Supplier<Affinity> choice, String description) {
        this.contract = contract;
        this.methods = methods;
        this.choice = choice;
        this.description = description;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        return call(((ProxyMethodInvocation) invocation).getProxy(), invocation.getMethod(), invocation.getArguments());
    }

    @Nullable
    Object call(Object proxy, Method called, @Nullable Object[] arguments) throws Throwable {
        TaskMethod method = methods.find(called);
        if (method != null) {
            Affinity affinity = choice == null ? method.affinity(arguments) : choice.get();
            return contract.call(method, affinity, new MethodCall(method, arguments, null));
        }
        return ofObject(proxy, called, arguments);
    }

    private Object ofObject(Object proxy, Method called, @Nullable Object[] arguments) {
        if (ReflectionUtils.isToStringMethod(called)) {
            return description;
        }
        if (ReflectionUtils.isHashCodeMethod(called)) {
            return System.identityHashCode(this);
        }
        if (ReflectionUtils.isEqualsMethod(called)) {
            return arguments[0] == proxy;
        }
        throw new UnsupportedOperationException(called + " is no task, and " + description + " has no bean of its own");
    }
}
