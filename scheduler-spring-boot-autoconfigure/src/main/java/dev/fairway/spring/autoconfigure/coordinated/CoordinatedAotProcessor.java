package dev.fairway.spring.autoconfigure.coordinated;

import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.support.ClassHintUtils;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.aot.BeanRegistrationExcludeFilter;
import org.springframework.beans.factory.support.RegisteredBean;

/**
 * Hints for what is only reached by reflection in a native image: the annotations, the contract's methods, the arguments in
 * expressions. What stands for workers is not written down, since it is defined at each start.
 */
final class CoordinatedAotProcessor implements BeanRegistrationAotProcessor, BeanRegistrationExcludeFilter {
    /** Made by Spring. */
    CoordinatedAotProcessor() {}

    @Override
    public boolean isExcludedFromAotProcessing(RegisteredBean registeredBean) {
        return registeredBean.getMergedBeanDefinition().hasAttribute(ContractDefinitions.MADE_AT_START);
    }

    @Override
    public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean registeredBean) {
        if (!registeredBean.getBeanFactory().containsSingleton(CoordinatedContracts.BEAN_NAME)) {
            return null;
        }
        CoordinatedContracts contracts =
                registeredBean.getBeanFactory().getBean(CoordinatedContracts.BEAN_NAME, CoordinatedContracts.class);
        WorkerBean worker = contracts.worker(registeredBean.getBeanName());
        if (worker == null) {
            return null;
        }
        List<Class<?>> standIns = contracts.contract(worker).standInClasses();
        Method factoryMethod = registeredBean.getMergedBeanDefinition().getResolvedFactoryMethod();
        return (generationContext, registrationCode) -> {
            standIns.forEach(
                    standIn -> ClassHintUtils.registerProxyIfNecessary(standIn, generationContext.getRuntimeHints()));
            ReflectionHints hints = generationContext.getRuntimeHints().reflection();
            hints.registerType(worker.userClass(), MemberCategory.INVOKE_DECLARED_METHODS);
            hints.registerType(worker.contract(), MemberCategory.INVOKE_DECLARED_METHODS);
            if (factoryMethod != null) {
                hints.registerMethod(factoryMethod, ExecutableMode.INVOKE);
            }
            for (Method method : TaskMethods.methodsOf(worker.contract())) {
                hints.registerMethod(method, ExecutableMode.INVOKE);
                for (Class<?> argument : method.getParameterTypes()) {
                    hints.registerType(argument, MemberCategory.INVOKE_PUBLIC_METHODS);
                }
            }
        };
    }
}
