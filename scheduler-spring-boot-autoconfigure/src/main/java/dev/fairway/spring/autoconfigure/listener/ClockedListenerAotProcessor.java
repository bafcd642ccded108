package dev.fairway.spring.autoconfigure.listener;

import dev.fairway.spring.ClockedListener;
import java.lang.reflect.Method;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;

/** Hints for the methods of listeners, which are only reached by reflection. */
final class ClockedListenerAotProcessor implements BeanRegistrationAotProcessor {
    /** Made by Spring. */
    ClockedListenerAotProcessor() {}

    @Override
    public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean registeredBean) {
        Map<Method, ClockedListener> methods = ClockedListeners.find(registeredBean.getBeanClass());
        if (methods.isEmpty()) {
            return null;
        }
        return (generationContext, registrationCode) -> methods.keySet()
                .forEach(method ->
                        generationContext.getRuntimeHints().reflection().registerMethod(method, ExecutableMode.INVOKE));
    }
}
