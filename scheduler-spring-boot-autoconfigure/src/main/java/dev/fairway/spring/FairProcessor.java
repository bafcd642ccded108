package dev.fairway.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Turns an entry of {@code fairway.schedulers.*} into a typed {@link dev.fairway.scheduler.FairScheduler} whose workers call this
 * {@link TaskProcessor}.
 *
 * <pre>{@code
 * @Component
 * @FairProcessor("render")
 * class Renderer implements TaskProcessor<Document, Html> {
 *     public Html process(Document document) { ... }
 *     public void commit(Document document, Html html) { ... }
 * }
 *
 * @Service
 * class Desk {
 *     Desk(FairScheduler<Document, Html> render) { ... }
 * }
 * }</pre>
 *
 * <p>It may stand on the class or on its {@code @Bean} method. The kind of a scheduler is decided before anything is
 * instantiated, so the annotation must be visible in the bean's declared type: a {@code @Bean} method that only declares to return
 * the interface carries the annotation itself. A name without an entry gets a scheduler with default settings.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface FairProcessor {
    /** {@return the name of the scheduler, and of its bean} */
    String value();
}
