package dev.fairway.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Turns a contract and the beans behind it into workers of a {@link dev.fairway.coordinator.Coordinator}: a call becomes a task.
 *
 * <pre>{@code
 * @CoordinatedTask("cats")
 * public interface CatFamily {
 *     Position locate(Ball ball);
 * }
 *
 * @Component("maple")   class DomesticatedCat implements CatFamily { private int exp; ... } // plain state is safe
 * @Component("oktocat") class RobotCat implements CatFamily { ... }
 *
 * @Service class Vet {
 *     Vet(CatFamily anyCat,                          // a call is a task for the most available worker
 *         @Qualifier("maple") CatFamily maple,       // a call is a task that requires maple
 *         Coordinated<CatFamily> cats) { ... }       // choose per call, asynchronously
 * }
 * }</pre>
 *
 * <p><b>Where it stands.</b> On an interface: every bean of that type is a worker. On a class, or on the {@code @Bean} method of a
 * bean: that bean is one; its contract is {@link #contract()}, else its one interface that is not Java's or Spring's, else the
 * class. On single methods of a class: those are tasks that require their own bean, and nothing else of it is; on a method of a
 * type that is annotated too, it overrides the type's attributes, except for the coordinator.
 *
 * <p><b>What a worker is.</b> The bean itself, named after it; for a prototype bean, as many instances as
 * {@code fairway.coordinators.<name>.workers-per-bean} says, {@code maple-1}, {@code maple-2}, …, all of them made by us. Whoever
 * injects the bean gets a proxy in its place. No two threads are ever inside a worker, by whatever way they come: all methods are
 * tasks, also those that are not the contract's, but not those of {@code Object}. A worker's calls of itself run inline.
 * {@code @PostConstruct} and {@code @PreDestroy} methods are called directly, when no task runs.
 *
 * <p><b>Any worker.</b> A bean {@code <coordinator>.any} of the contract's type stands for any of the workers. It is primary,
 * unless a worker is.
 *
 * <p><b>What the caller sees.</b> A method that returns {@code CompletionStage}, {@code CompletableFuture}, {@code Future} or
 * {@link dev.fairway.TaskHandle} does not block its caller. The worker is free when it returns, and what it returned is flattened
 * into what the caller has. Cancelling what the caller has cancels the task: {@code cancel(true)} interrupts it,
 * {@code cancel(false)} does not. Any other method blocks its caller, and throws what the method threw,
 * {@link dev.fairway.RejectedTaskException}, {@link dev.fairway.coordinator.NoSuchWorkerException} or
 * {@link java.util.concurrent.CancellationException}. A blocked caller that is interrupted cancels its task, and the call throws
 * {@code CancellationException} with the interrupt flag set. A call that could never end, because it closes a circle of workers
 * that wait for one another, fails with an {@link IllegalStateException}. Until the application's singletons are there, a call
 * runs on the caller's own thread, and returns when it is done whatever its return type; it may have to wait for the worker.
 *
 * <p>A method has done its work when it returns, or when what it returned asynchronously has ended: one that returns a {@code Stream},
 * a {@code Publisher} or the like is refused, as are Kotlin's suspend functions.
 *
 * <p>An exception that the method declares is an answer and no failure of the worker; a {@link CoordinatorCustomizer} may say
 * otherwise.
 *
 * <p>Wrong use fails when the application starts.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface CoordinatedTask {
    /**
     * {@return the name of the coordinator} It is the entry of {@code fairway.coordinators} or the {@code Coordinator} bean of that
     * name, else one is made for the contract. By default the contract's simple name that begins in lower case. A coordinator has
     * one contract, and a bean works for one coordinator. Placeholders are resolved.
     */
    String value() default "";

    /** {@return the type whose methods any worker has; by default what the annotation's place says} Not on a method. */
    Class<?> contract() default void.class;

    /**
     * {@return a SpEL expression over the arguments, by name ({@code #ball.lastWorker}) or position ({@code #p0}), for the name of
     * the worker that a call for any worker prefers} When it is null, the call is for any.
     */
    String prefer() default "";

    /**
     * {@return as {@link #prefer}, for the worker that a call for any worker requires} When it is null, the call fails with an
     * {@link IllegalArgumentException}.
     */
    String require() default "";

    /**
     * {@return how long a call may take, waiting and running together, such as {@code 500ms} or {@code 20s}; without limit by
     * default} Then the task is cancelled and interrupted, and the call throws {@link java.util.concurrent.TimeoutException} where
     * the method declares that, and {@link TaskTimeoutException} where it does not. Placeholders are resolved.
     */
    String timeout() default "";

    /**
     * {@return how long a task may run, from its start; by default, what the coordinator's setting says} Then it fails, as a call
     * does whose {@link #timeout} is over; it is interrupted, and the worker has failed. Placeholders are resolved.
     */
    String taskTimeout() default "";
}
