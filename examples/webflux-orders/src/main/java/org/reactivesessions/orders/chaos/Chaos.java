package org.reactivesessions.orders.chaos;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.orders.OrdersProperties;
import org.reactivesessions.orders.audit.Auditor;
import org.reactivesessions.orders.database.OrdersDatabase;
import org.reactivesessions.orders.journal.Happenings;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The faults. Each is made once it was asked for, also if whoever asked does not wait for it. Thread-safe.
 */
@Component
public class Chaos {

    private static final Logger log = LoggerFactory.getLogger(Chaos.class);

    private final Duration hold;
    private final OrdersDatabase database;
    private final Auditor auditor;
    private final Happenings happenings;
    private final AtomicReference<@Nullable Rule> held = new AtomicReference<>();
    private final AtomicBoolean restarting = new AtomicBoolean();

    Chaos(OrdersProperties properties, OrdersDatabase database, Auditor auditor, Happenings happenings) {
        this.hold = properties.chaos().hold();
        this.database = database;
        this.auditor = auditor;
        this.happenings = happenings;
    }

    /**
     * Ends every process of the server that works for the service.
     *
     * @return what has happened
     */
    public Mono<String> killBackends() {
        return auditor.terminateOthers().map(killed -> told(killed + " backends killed"));
    }

    /**
     * Keeps every COMMIT from the server for the time that {@code orders.chaos.hold} says.
     *
     * @return what is happening; it signals {@link ChaosRefusedException} if they are kept already, or nothing is there to keep them
     */
    public Mono<String> holdCommits() {
        return Mono.fromCallable(() -> {
            FaultProxy proxy = database.proxy();
            if (proxy == null) {
                throw ChaosRefusedException.impossible(
                        "commits can be held back only on the server that the service brings along");
            }
            Rule rule = proxy.hold(FrameMatch.fromClient('Q').sql("^COMMIT"), hold);
            if (!held.compareAndSet(null, rule)) {
                rule.remove();
                throw ChaosRefusedException.impossible("commits are held back already; wait until they are let go");
            }
            Mono.delay(hold).subscribe(late -> letGo(rule), error -> letGo(rule));
            return told("commits held back for " + hold.toMillis() / 1e3 + " s");
        });
    }

    private void letGo(Rule rule) {
        held.set(null);
        rule.remove();
        happenings.tell("commits let go");
    }

    /**
     * Stops the server and starts it again.
     *
     * @return what has happened, when it runs again; it signals {@link ChaosRefusedException} if it is being restarted already, or is
     *     not the service's to stop
     */
    public Mono<String> restartServer() {
        return Mono.defer(() -> {
            EmbeddedServer server = database.server();
            if (server == null) {
                throw ChaosRefusedException.impossible("only a server that the service brings along can be restarted");
            }
            if (!restarting.compareAndSet(false, true)) {
                throw ChaosRefusedException.impossible("the server is being restarted already");
            }
            happenings.tell("server stopped");
            Mono<String> restart = Mono.fromRunnable(server::restart)
                    .subscribeOn(Schedulers.boundedElastic())
                    .doFinally(end -> restarting.set(false))
                    .then(Mono.fromSupplier(() -> told("server started again")))
                    .cache();
            restart.subscribe(done -> {}, error -> log.error("The server could not be restarted", error));
            return restart;
        });
    }

    private String told(String what) {
        happenings.tell(what);
        return what;
    }

    /**
     * How many commits are held back.
     *
     * @return one for each connection that waits
     */
    public int heldCommits() {
        Rule rule = held.get();
        return rule == null ? 0 : rule.held();
    }

    /**
     * Tells whether the server is being restarted.
     *
     * @return until it runs again
     */
    public boolean isRestarting() {
        return restarting.get();
    }
}
