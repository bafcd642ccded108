package dev.fairway.spring.autoconfigure;

import dev.fairway.dispatcher.ClockedDispatcher;
import org.jspecify.annotations.Nullable;

/** The dispatcher beans that exist. */
public final class DispatcherBeans extends NamedBeans<ClockedDispatcher<?>> {
    /** Made by the auto-configuration. */
    DispatcherBeans() {}

    @Override
    @Nullable
    ClockedDispatcher<?> cast(Object bean) {
        return bean instanceof ClockedDispatcher<?> dispatcher ? dispatcher : null;
    }
}
