package dev.fairway.spring.autoconfigure.coordinated;

import java.util.function.Supplier;
import org.springframework.beans.factory.FactoryBean;

/** Makes an object that stands for workers. */
final class StandIn<T> implements FactoryBean<T> {
    private final Class<?> type;
    private final Supplier<? extends T> product;

    StandIn(Class<?> type, Supplier<? extends T> product) {
        this.type = type;
        this.product = product;
    }

    @Override
    public T getObject() {
        return product.get();
    }

    @Override
    public Class<?> getObjectType() {
        return type;
    }
}
