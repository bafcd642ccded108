package dev.fairway.spring.autoconfigure.coordinated;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

/**
 * The definition of a bean that is a worker, before there is the bean.
 *
 * @param name its name
 * @param type its declared type
 * @param userClass the class of that
 * @param coordinator the name of the coordinator
 * @param contract the contract
 * @param ofType the attributes of the whole type; null when only single methods are annotated
 * @param group the prototype bean that it is an instance of; null when it stands for itself
 * @param isPrimary whether it is marked so
 */
record WorkerBean(
        String name,
        ResolvableType type,
        Class<?> userClass,
        String coordinator,
        Class<?> contract,
        @Nullable Attributes ofType,
        @Nullable String group,
        boolean isPrimary) {

    boolean isOfMethods() {
        return ofType == null;
    }

    /** {@return the contract as this bean fills it in} */
    ResolvableType contractType() {
        ResolvableType filledIn = type.as(contract);
        return filledIn.equals(ResolvableType.NONE)
                ? ResolvableType.forClass(userClass).as(contract)
                : filledIn;
    }

    WorkerBean instance(String instanceName) {
        return new WorkerBean(instanceName, type, userClass, coordinator, contract, ofType, name, isPrimary);
    }
}
