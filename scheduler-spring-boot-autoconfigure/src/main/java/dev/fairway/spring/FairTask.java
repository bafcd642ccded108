package dev.fairway.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A call of the method becomes a task in a channel of a {@link dev.fairway.scheduler.FairExecutor}.
 *
 * <pre>{@code
 * @FairTask(scheduler = "render", channel = "#doc.tenant", commit = "store")
 * public Html render(Document doc) { ... }
 *
 * @Transactional
 * public void store(Document doc, Html html) { ... }
 * }</pre>
 *
 * <p>The method is the process phase; other advice on it ({@code @Transactional}, {@code @Validated}, …) applies inside the worker.
 * Calls of the bean on itself are not intercepted, as everywhere in Spring.
 *
 * <p><b>What the caller sees.</b> A method that returns {@code CompletionStage}, {@code CompletableFuture}, {@code Future} or
 * {@link dev.fairway.TaskHandle} does not block its caller. What it returns inside the worker is flattened into what the caller
 * has; the worker is free when the method returns, except when there is a commit, for whose argument it waits. Cancelling what
 * the caller has cancels the task: {@code cancel(true)} interrupts it, {@code cancel(false)} does not. Any other method blocks its
 * caller until after the commit, and throws what process or commit threw,
 * {@link dev.fairway.RejectedTaskException} or {@link java.util.concurrent.CancellationException}. A blocked caller that is
 * interrupted cancels its task, and the call throws {@code CancellationException} with the interrupt flag set; when the commit
 * has begun, the call ends with it instead. Called by a worker inside a task, when every worker that could serve the call waits
 * in the same way, it fails with an {@link IllegalStateException}.
 *
 * <p>Wrong use fails when the bean is created: an unknown scheduler or commit method, a scheduler that a {@link FairProcessor}
 * has made typed, a method that is private, final or static, one that returns a stream, a publisher or the like, which is
 * read after the task, a variable that the expression does not have.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface FairTask {
    /** {@return the bean name of the {@code FairExecutor}; by default the only one there is} */
    String scheduler() default "";

    /**
     * {@return the channel: a SpEL expression over the arguments, by name ({@code #doc.tenant}) or position ({@code #p0})} A fixed
     * name is a SpEL literal: {@code "'reports'"}. A null or blank channel is an {@link IllegalArgumentException} of the call.
     */
    String channel();

    /**
     * {@return the name of the method that is the commit phase; none by default} A method of the same bean, not private, that
     * takes the arguments of the annotated method and then its result (nothing, when it returns {@code void}). It is called
     * through the bean's other advice, and what it returns is ignored.
     */
    String commit() default "";
}
