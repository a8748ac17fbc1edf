package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.pool.Lease;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * Cancels on the server what still runs on one connection in front of a command that undoes a scope's work.
 *
 * <p>If that command is not answered within the grace time, the server is asked to cancel whatever the connection is busy with,
 * and asked again as long as the command is unanswered, because a request that comes between two statements finds nothing. A
 * request has no address but the connection, so a late one hits whatever runs there by then: there is one at a time, the command
 * counts as answered only when the last one has come to its end, and one whose end is not known costs the connection. A command
 * that was itself hit is sent once more.
 *
 * <p>One for each connection in use, whatever scopes inside each other undo on it. Thread-safe.
 */
final class ServerCancel {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.transaction");
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Lease lease;
    private final Dialect dialect;
    private final Duration grace;
    private final Duration limit;
    private final CancelBudget budget;
    private final Deadline timer;
    private final TimedCommands requests;
    private final Census underWay = new Census();
    private final Scheduler executor;
    // Guarded by this.
    private final List<ControlCommand> unanswered = new ArrayList<>(1);
    private Duration pause = FIRST_PAUSE;
    private boolean asking;
    private boolean asked;
    private boolean impossible;
    private @Nullable Throwable doubt;

    /** @param limit how long a request may take */
    ServerCancel(Lease lease, Dialect dialect, Duration grace, Duration limit, CancelBudget budget, Deadline timer) {
        this.lease = lease;
        this.dialect = dialect;
        this.grace = grace;
        this.limit = limit;
        this.budget = budget;
        this.timer = timer;
        this.requests = new TimedCommands(timer, Context.empty());
        this.executor = Schedulers.fromExecutor(lease.executor());
    }

    /**
     * Sends a command that undoes; on the connection's executor.
     *
     * @param sending makes its publisher, a second time if a request has hit it
     */
    void send(ControlCommand command, Supplier<? extends Publisher<Void>> sending) {
        Mono<Void> sent = Mono.defer(() -> Mono.fromDirect(sending.get()));
        command.run(() -> {
            await(command);
            return sent.materialize().flatMap(answer -> {
                answered(command);
                return quiet().then(Mono.defer(() -> conclusion(answer, sent)));
            });
        });
    }

    private synchronized void await(ControlCommand command) {
        if (unanswered.isEmpty() && !asking) {
            pause = FIRST_PAUSE;
            timer.arm(grace, this::ask);
        }
        unanswered.add(command);
    }

    private synchronized void answered(ControlCommand command) {
        unanswered.remove(command);
        if (unanswered.isEmpty() && !asking) {
            timer.disarm();
        }
    }

    /** Completes, on the executor, when no request is under way; after the last command was answered none begins. */
    private Mono<Void> quiet() {
        return underWay.count() == 0 ? Mono.empty() : underWay.none().publishOn(executor);
    }

    private Mono<Void> conclusion(Signal<Void> answer, Mono<Void> again) {
        boolean mayBeHit;
        synchronized (this) {
            if (doubt != null) {
                return Mono.error(doubt);
            }
            mayBeHit = asked;
        }
        Throwable error = answer.getThrowable();
        if (error == null) {
            return Mono.empty();
        }
        return mayBeHit && isServerError(error) ? again : Mono.error(error);
    }

    private boolean isServerError(Throwable error) {
        try {
            return dialect.isServerError(error);
        } catch (Throwable thrown) {
            error.addSuppressed(thrown);
            return false;
        }
    }

    private void ask() {
        if (mayAsk()) {
            requests.make("the request to cancel on the server", limit, this::ended)
                    .run(this::request);
        }
    }

    private synchronized boolean mayAsk() {
        unanswered.removeIf(ControlCommand::isExpired);
        if (unanswered.isEmpty() || impossible) {
            return false;
        }
        if (!budget.take()) {
            timer.arm(pause, this::ask);
            return false;
        }
        asking = true;
        asked = true;
        underWay.enter();
        return true;
    }

    private Publisher<Void> request() {
        Publisher<Void> request = dialect.cancelRequest(lease.connection());
        if (request == null) {
            giveUp();
            return Mono.empty();
        }
        log.debug("Asking the server to cancel what a scope has left running");
        return request;
    }

    private synchronized void giveUp() {
        impossible = true;
    }

    private void ended(ControlCommand request, @Nullable Throwable error) {
        budget.giveBack();
        List<ControlCommand> doomed = error == null ? goOn() : stop(error);
        underWay.exit();
        if (!doomed.isEmpty()) {
            lease.executor().execute(() -> doomed.forEach(this::fail));
        }
    }

    private synchronized List<ControlCommand> goOn() {
        asking = false;
        if (!unanswered.isEmpty()) {
            timer.arm(pause, this::ask);
            Duration longer = pause.multipliedBy(2);
            pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
        }
        return List.of();
    }

    /** The server may come to the request at any later time. */
    private synchronized List<ControlCommand> stop(Throwable error) {
        asking = false;
        impossible = true;
        doubt = new IllegalStateException(
                "The request to cancel a statement on the server has no known end: it may come late and hit another"
                        + " statement, so this connection cannot be used any more",
                error);
        List<ControlCommand> doomed = List.copyOf(unanswered);
        unanswered.clear();
        return doomed;
    }

    private void fail(ControlCommand command) {
        Throwable why;
        synchronized (this) {
            why = doubt;
        }
        if (why != null) {
            command.onError(why);
        }
    }
}
