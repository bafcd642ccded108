package dev.fairway.spring.autoconfigure.task;

import dev.fairway.spring.FairTask;
import java.lang.reflect.Method;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.util.ReflectionUtils;

/** Hints for what is only reached by reflection in a native image: the commits, and the arguments in channel expressions. */
final class FairTaskAotProcessor implements BeanRegistrationAotProcessor {
    /** Made by Spring. */
    FairTaskAotProcessor() {}

    @Override
    public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean registeredBean) {
        Class<?> type = registeredBean.getBeanClass();
        Map<Method, FairTask> methods = FairTaskBeanPostProcessor.find(type);
        if (methods.isEmpty()) {
            return null;
        }
        return (generationContext, registrationCode) -> {
            ReflectionHints hints = generationContext.getRuntimeHints().reflection();
            methods.forEach((method, annotation) -> {
                hints.registerMethod(method, ExecutableMode.INVOKE);
                for (Class<?> argument : method.getParameterTypes()) {
                    hints.registerType(argument, MemberCategory.INVOKE_PUBLIC_METHODS);
                }
                for (Method candidate : ReflectionUtils.getUniqueDeclaredMethods(type)) {
                    if (candidate.getName().equals(annotation.commit())) {
                        hints.registerMethod(candidate, ExecutableMode.INVOKE);
                    }
                }
            });
        };
    }
}
