package dev.fairway.spring.autoconfigure.coordinated;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.LinkedHashSet;
import java.util.Set;
import org.springframework.core.ResolvableType;

/**
 * The exceptions that a worker's method declares, or the contract's method that it implements. Where a contract leaves them open
 * ({@code throws X}), they are what the bean fills in.
 */
final class DeclaredExceptions {
    private final Set<Method> ofContract;
    private final ResolvableType contractType;
    private final Class<?> userClass;

    DeclaredExceptions(Class<?> contract, ResolvableType contractType, Class<?> userClass) {
        this.ofContract = TaskMethods.methodsOf(contract);
        this.contractType = contractType;
        this.userClass = userClass;
    }

    Set<Class<?>> of(Method method) {
        Set<Class<?>> types = new LinkedHashSet<>();
        add(method, types);
        Method specific = TaskMethods.specific(method, userClass);
        for (Method each : ofContract) {
            if (each.getName().equals(method.getName())
                    && TaskMethods.specific(each, userClass).equals(specific)) {
                add(each, types);
            }
        }
        return types;
    }

    private void add(Method method, Set<Class<?>> types) {
        Class<?>[] erased = method.getExceptionTypes();
        Type[] generic = method.getGenericExceptionTypes();
        ResolvableType owner = owner(method.getDeclaringClass());
        for (int i = 0; i < erased.length; i++) {
            types.add(ResolvableType.forType(generic[i], owner).resolve(erased[i]));
        }
    }

    private ResolvableType owner(Class<?> declaring) {
        ResolvableType byContract = contractType.as(declaring);
        return byContract.equals(ResolvableType.NONE)
                ? ResolvableType.forClass(userClass).as(declaring)
                : byContract;
    }
}
