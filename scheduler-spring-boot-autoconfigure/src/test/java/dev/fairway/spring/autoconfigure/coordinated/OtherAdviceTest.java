package dev.fairway.spring.autoconfigure.coordinated;

import static dev.fairway.spring.autoconfigure.coordinated.Applications.coordinator;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.runner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.spring.CoordinatedTask;
import dev.fairway.spring.autoconfigure.context.FairwayContextAutoConfiguration;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Payload;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.AopContext;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.dao.annotation.PersistenceExceptionTranslationPostProcessor;
import org.springframework.dao.support.PersistenceExceptionTranslator;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authorization.method.AuthorizationManagerBeforeMethodInterceptor;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Repository;
import org.springframework.validation.annotation.Validated;

/** What others put before a worker's bean is kept, and runs inside of the task, whichever way the call has come. */
class OtherAdviceTest {
    private static final List<String> threads = new CopyOnWriteArrayList<>();

    @AfterEach
    void forget() {
        threads.clear();
        SecurityContextHolder.clearContext();
    }

    private static void note() {
        String name = Thread.currentThread().getName();
        threads.add(name.startsWith("advised") ? "worker" : name);
    }

    @Test
    void validation() {
        runner().withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
                .withBean("form", ValidatedForm.class)
                .run(context -> {
                    for (String bean : new String[] {"advised.any", "form"}) {
                        Form form = context.getBean(bean, Form.class);
                        assertThat(form.fill("name")).isEqualTo("name filled");
                        assertThatThrownBy(() -> form.fill("")).isInstanceOf(ConstraintViolationException.class);
                    }
                });
        assertThat(threads).hasSize(4).containsOnly("worker");
    }

    @Test
    void aBeanFindsItsProxyOnTheThreadOfTheTask() {
        runner().withUserConfiguration(Advisors.class, ExposedProxies.class)
                .withBean("form", SelfAware.class)
                .run(context -> {
                    for (String bean : new String[] {"advised.any", "form"}) {
                        assertThat(context.getBean(bean, Form.class).fill("name"))
                                .isEqualTo("it is worker 'form' of coordinator 'advised'");
                    }
                });
    }

    static class SelfAware implements Form {
        @Override
        public String fill(String name) {
            return "it is " + AopContext.currentProxy();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ExposedProxies {
        @Bean
        static DefaultAdvisorAutoProxyCreator proxies() {
            DefaultAdvisorAutoProxyCreator proxies = new DefaultAdvisorAutoProxyCreator();
            proxies.setProxyTargetClass(true);
            proxies.setExposeProxy(true);
            return proxies;
        }
    }

    @Test
    void adviceThatPutsItselfBeforeAllOthers() {
        runner().withUserConfiguration(Pushing.class)
                .withBean("form", PlainForm.class)
                .run(context -> {
                    for (String bean : new String[] {"advised.any", "form"}) {
                        assertThat(context.getBean(bean, Form.class).fill("name"))
                                .isEqualTo("name filled");
                    }
                    assertThat(coordinator(context, "advised").stats().completed())
                            .isEqualTo(2);
                });
        assertThat(threads).containsExactly("worker", "worker");
    }

    @Configuration(proxyBeanMethods = false)
    static class Pushing {
        @Bean
        static BeanPostProcessor pushing() {
            return new Pusher();
        }
    }

    private static final class Pusher extends AbstractBeanFactoryAwareAdvisingPostProcessor {
        private static final long serialVersionUID = 1L;

        Pusher() {
            setBeforeExistingAdvisors(true);
            NameMatchMethodPointcut fill = new NameMatchMethodPointcut();
            fill.addMethodName("fill");
            MethodInterceptor advice = invocation -> {
                note();
                return invocation.proceed();
            };
            this.advisor = new DefaultPointcutAdvisor(fill, advice);
        }
    }

    @Test
    void translationOfExceptions() {
        runner().withUserConfiguration(Translating.class)
                .withBean("store", Store.class)
                .run(context -> {
                    for (String bean : new String[] {"advised.any", "store"}) {
                        Form form = context.getBean(bean, Form.class);
                        assertThatThrownBy(() -> form.fill("name"))
                                .isInstanceOf(InvalidDataAccessResourceUsageException.class);
                    }
                });
        assertThat(threads).hasSize(2).containsOnly("worker");
    }

    @Test
    void caching() {
        runner().withUserConfiguration(Caching.class)
                .withBean("form", CachedForm.class)
                .run(context -> {
                    assertThat(context.getBean("advised.any", Form.class).fill("name"))
                            .isEqualTo("name filled");
                    assertThat(context.getBean("form", Form.class).fill("name")).isEqualTo("name filled");
                    assertThat(coordinator(context, "advised").stats().completed())
                            .as("what is cached is still the worker's")
                            .isEqualTo(2);
                });
        assertThat(threads).as("the bean was asked once").containsExactly("worker");
    }

    @Test
    void methodSecurity() {
        methodSecurity(EarlyProxies.class);
    }

    @Test
    void methodSecurityWhoseProxyComesAfterOurs() {
        methodSecurity(LateProxies.class);
    }

    private static void methodSecurity(Class<?> proxies) {
        runner().withConfiguration(AutoConfigurations.of(FairwayContextAutoConfiguration.class))
                .withUserConfiguration(Security.class, proxies)
                .withBean("form", SecuredForm.class)
                .run(context -> {
                    for (String bean : new String[] {"advised.any", "form"}) {
                        Form form = context.getBean(bean, Form.class);
                        authenticate("ROLE_VISITOR");
                        assertThatThrownBy(() -> form.fill("name")).isInstanceOf(AccessDeniedException.class);
                        authenticate("ROLE_CLERK");
                        assertThat(form.fill("name")).isEqualTo("name filled");
                    }
                });
        assertThat(threads).containsExactly("worker", "worker");
    }

    private static void authenticate(String role) {
        SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("ann", "secret", role));
    }

    @Test
    void adviceKeepsItsOrder() {
        adviceKeepsItsOrder(EarlyProxies.class);
    }

    @Test
    void adviceIsInsideAlsoWhenItsProxyComesAfterOurs() {
        adviceKeepsItsOrder(LateProxies.class);
    }

    private static void adviceKeepsItsOrder(Class<?> proxies) {
        runner().withUserConfiguration(Advisors.class, proxies)
                .withBean("form", PlainForm.class)
                .run(context -> {
                    for (String bean : new String[] {"advised.any", "form"}) {
                        events.clear();
                        assertThat(context.getBean(bean, Form.class).fill("name"))
                                .isEqualTo("name filled");
                        assertThat(events).containsExactly("first on worker", "second on worker");
                    }
                });
    }

    private static final List<String> events = new CopyOnWriteArrayList<>();

    @CoordinatedTask("advised")
    interface Form {
        String fill(@Filled String name);
    }

    static class PlainForm implements Form {
        @Override
        public String fill(String name) {
            return name + " filled";
        }
    }

    @Validated
    static class ValidatedForm extends PlainForm {}

    @Retention(RetentionPolicy.RUNTIME)
    @Constraint(validatedBy = NotEmpty.class)
    @interface Filled {
        String message() default "is empty";

        Class<?>[] groups() default {};

        Class<? extends Payload>[] payload() default {};
    }

    public static class NotEmpty implements ConstraintValidator<Filled, String> {
        @Override
        public boolean isValid(String value, ConstraintValidatorContext context) {
            note();
            return !value.isEmpty();
        }
    }

    @Repository
    static class Store implements Form {
        @Override
        public String fill(String name) {
            throw new IllegalStateException("no such table");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Translating {
        @Bean
        static PersistenceExceptionTranslationPostProcessor translation() {
            return new PersistenceExceptionTranslationPostProcessor();
        }

        @Bean
        PersistenceExceptionTranslator translator() {
            return Translating::translated;
        }

        private static DataAccessException translated(RuntimeException thrown) {
            note();
            return new InvalidDataAccessResourceUsageException("translated", thrown);
        }
    }

    static class CachedForm implements Form {
        @Override
        @Cacheable("forms")
        public String fill(String name) {
            note();
            return name + " filled";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableCaching
    static class Caching {
        @Bean
        ConcurrentMapCacheManager cacheManager() {
            return new ConcurrentMapCacheManager("forms");
        }
    }

    static class SecuredForm implements Form {
        @Override
        @PreAuthorize("hasRole('CLERK')")
        public String fill(String name) {
            note();
            return name + " filled";
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Security {
        @Bean
        static Advisor preAuthorize() {
            return AuthorizationManagerBeforeMethodInterceptor.preAuthorize();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Advisors {
        @Bean
        static Advisor second() {
            return advisor("second", 2);
        }

        @Bean
        static Advisor first() {
            return advisor("first", 1);
        }

        private static Advisor advisor(String name, int order) {
            NameMatchMethodPointcut fill = new NameMatchMethodPointcut();
            fill.addMethodName("fill");
            MethodInterceptor advice = invocation -> {
                String thread = Thread.currentThread().getName();
                events.add(name + " on " + (thread.startsWith("advised") ? "worker" : thread));
                return invocation.proceed();
            };
            DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(fill, advice);
            advisor.setOrder(order);
            return advisor;
        }
    }

    /** As Spring's own are: the proxy is there when ours would be made. */
    @Configuration(proxyBeanMethods = false)
    static class EarlyProxies {
        @Bean
        static DefaultAdvisorAutoProxyCreator proxies() {
            DefaultAdvisorAutoProxyCreator proxies = new DefaultAdvisorAutoProxyCreator();
            proxies.setProxyTargetClass(true);
            proxies.setOrder(Ordered.HIGHEST_PRECEDENCE);
            return proxies;
        }
    }

    /** As it is when an application defines one by hand. */
    @Configuration(proxyBeanMethods = false)
    static class LateProxies {
        @Bean
        static DefaultAdvisorAutoProxyCreator proxies() {
            DefaultAdvisorAutoProxyCreator proxies = new DefaultAdvisorAutoProxyCreator();
            proxies.setProxyTargetClass(true);
            return proxies;
        }
    }
}
