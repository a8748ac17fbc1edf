package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.observation.HookMoment;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * The work of one life: the function, in its scope, and the hooks that come before COMMIT. Thread-safe as a subscription;
 * started once.
 */
final class Work<T, S> {

    private final Transactions<S> home;
    private final TransactionOptions options;
    private final Way<S> way;
    private final Function<? super S, ? extends Publisher<? extends T>> function;
    private final Context context;
    private final int attempt;
    private final FunctionSubscription<T> subscription;
    /** Written before the function is called. */
    private @Nullable Scope<S> own;

    private volatile @Nullable HookSubscription hooks;

    Work(
            Transactions<S> home,
            TransactionOptions options,
            Way<S> way,
            Function<? super S, ? extends Publisher<? extends T>> function,
            FunctionSubscription.Owner owner,
            Outlet<T> outlet,
            Context context,
            int attempt) {
        this.home = home;
        this.options = options;
        this.way = way;
        this.function = function;
        this.context = context;
        this.attempt = attempt;
        this.subscription = new FunctionSubscription<>(owner, outlet, context);
    }

    /**
     * Calls the function and subscribes to what it returns; what is thrown passes through.
     *
     * @param ending runs the hooks of the scope, if this opens one
     */
    void start(HeldConnection held, Ending<T> ending, @Nullable DueTime due) {
        Scope<S> scope = way.joined();
        if (scope == null) {
            scope = home.scope(held, way.outer(), attempt);
            own = scope;
            ending.hooksOf(scope);
        }
        subscription.start(options.name(), function, scope.session(), home.inside(scope, context, due));
    }

    /** Which attempt of its transaction it belongs to. */
    int attempt() {
        return attempt;
    }

    void request(long n) {
        subscription.request(n);
    }

    /** Runs what is left to do before COMMIT; {@code false} if there is nothing. */
    boolean runHooks(Consumer<@Nullable Throwable> then) {
        Mono<Void> before = own == null ? null : own.beforeCommit();
        if (before == null) {
            return false;
        }
        long start = home.now();
        hooks = HookSubscription.run(before, home.ofHooks(context), error -> {
            home.reports().hooksRan(options, HookMoment.BEFORE_COMMIT, Duration.ofNanos(home.now() - start), error);
            then.accept(error);
        });
        return true;
    }

    /** Cancels the function, and the hooks. */
    void cancel() {
        subscription.cancel();
        cancelHooks();
    }

    void cancelHooks() {
        HookSubscription running = hooks;
        if (running != null) {
            running.cancel();
        }
    }
}
