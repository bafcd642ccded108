package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.coordinator.Affinity;
import dev.fairway.coordinator.NoSuchWorkerException;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.Advised;

/**
 * A bean that is a worker.
 *
 * <p>It is entered with its turn only: by the thread that runs one of its tasks, or by one for which such a task keeps it.
 */
final class Worker {
    private static final long LOOK_AGAIN_NANOS = 1_000_000;

    final String name;
    final Contract contract;

    /** What its proxy does with each method. */
    final TaskMethods methods;

    /** That of a call which is meant for this worker. */
    final Affinity affinity;

    private volatile @Nullable Object proxy;

    private volatile boolean exposesProxy;

    /** The thread inside, written by who has the turn. */
    private volatile @Nullable Thread inside;

    private volatile boolean retired;

    Worker(String name, Contract contract, TaskMethods methods) {
        this.name = name;
        this.contract = contract;
        this.methods = methods;
        this.affinity = Affinity.require(name);
    }

    void proxy(Object newProxy) {
        exposesProxy = newProxy instanceof Advised advised && advised.isExposeProxy();
        proxy = newProxy;
    }

    /** {@return whether the bean may ask its thread for the proxy} Then calls have to enter by that on the thread of the task. */
    boolean exposesProxy() {
        return exposesProxy;
    }

    /** {@return what everybody has in place of the bean; a thread that has the turn goes through to it} */
    Object proxy() {
        return Objects.requireNonNull(proxy, "proxy");
    }

    /**
     * {@return whether nobody is inside, at last} From now on nobody gets in: who comes says that he is inside, then looks whether he
     * may; here it is the other way round.
     */
    boolean retire(long nanos) {
        retired = true;
        long deadline = System.nanoTime() + nanos;
        while (inside != null) {
            if (deadline - System.nanoTime() <= 0) {
                return false;
            }
            LockSupport.parkNanos(this, LOOK_AGAIN_NANOS);
        }
        return true;
    }

    /** A task of the coordinator's. */
    @Nullable
    Object process(Call call) throws Exception {
        return call instanceof Lease lease ? lease.keep(this) : run(call, null);
    }

    /** Runs a call on the current thread, when the coordinator has ended and nobody gets in any other way. */
    synchronized @Nullable Object afterwards(Call call) throws Exception {
        return run(call, null);
    }

    /** Runs a call on the current thread, which has the turn. */
    @Nullable
    Object run(Call call, @Nullable Lease lease) throws Exception {
        Thread outside = inside;
        inside = Thread.currentThread();
        Turn turn = Turn.enter(this, lease);
        try {
            if (retired) {
                throw new NoSuchWorkerException(name, "the bean of " + this + " is gone");
            }
            return call.on(this);
        } catch (Throwable thrown) {
            Answers.note(thrown, call.isAnswer(thrown, turn));
            throw Worker.<RuntimeException>asItIs(thrown);
        } finally {
            turn.leave();
            inside = outside;
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <X extends Throwable> X asItIs(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Override
    public String toString() {
        return "worker '" + name + "' of coordinator '" + contract.name + "'";
    }
}
