package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.Completed;
import dev.fairway.TaskHandle;
import dev.fairway.coordinator.Affinity;
import dev.fairway.spring.Coordinated;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The workers of a contract, to choose among. */
final class DefaultCoordinated<I> implements Coordinated<I> {
    private final Contract contract;
    private final Function<@Nullable Affinity, Object> proxies;
    private final Selection<I> any;

    /** @param proxies makes an object of the contract's type; null is for whom the methods' expressions say */
    DefaultCoordinated(Contract contract, Function<@Nullable Affinity, Object> proxies) {
        this.contract = contract;
        this.proxies = proxies;
        this.any = new Some(Affinity.any());
    }

    @Override
    public Selection<I> any() {
        return any;
    }

    @Override
    public Selection<I> prefer(String worker) {
        return new Some(Affinity.prefer(worker));
    }

    @Override
    public Selection<I> require(String worker) {
        return new Some(Affinity.require(worker));
    }

    @Override
    public String toString() {
        return "workers of coordinator '" + contract.name + "'";
    }

    private final class Some implements Selection<I> {
        private final Affinity affinity;
        private volatile @Nullable I proxy;

        Some(Affinity affinity) {
            this.affinity = affinity;
        }

        @Override
        @SuppressWarnings("unchecked") // the result is that of the code
        public <R extends @Nullable Object> TaskHandle<Completed<R>> submit(Call<? super I, ? extends R> call) {
            Objects.requireNonNull(call, "call");
            return (TaskHandle<Completed<R>>) (TaskHandle<?>) contract.submit(new CodeCall<I>(call), affinity);
        }

        @Override
        @SuppressWarnings("NullAway") // null is the result
        public TaskHandle<Completed<@Nullable Void>> run(Action<? super I> action) {
            Objects.requireNonNull(action, "action");
            return this.<@Nullable Void>submit(worker -> {
                action.on(worker);
                return null;
            });
        }

        @Override
        @SuppressWarnings("unchecked") // it is of the contract's type
        public I proxy() {
            I known = proxy;
            if (known == null) {
                known = (I) proxies.apply(affinity instanceof Affinity.Any ? null : affinity);
                proxy = known;
            }
            return known;
        }

        @Override
        public String toString() {
            return DefaultCoordinated.this + " by " + affinity;
        }
    }
}
