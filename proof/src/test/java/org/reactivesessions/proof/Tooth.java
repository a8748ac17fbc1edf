package org.reactivesessions.proof;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.ReactiveSessionsBuilder;
import org.reactivesessions.Session;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.pool.ResetPolicy;
import org.reactivesessions.postgres.PostgresDialect;
import org.reactivesessions.proof.contestant.Contestant;
import org.reactivesessions.proof.contestant.Ours;
import org.reactivesessions.proof.contestant.Target;
import org.reactivesessions.proof.contestant.Verdict;
import org.reactivesessions.proof.journal.Told;
import org.reactivesessions.proof.nemesis.FaultKind;
import org.reactivesessions.proof.workload.Operation;
import org.reactivesessions.proof.workload.Statements;
import org.reactivesessions.proof.workload.Witness;
import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** An error that is planted into this library, or around it, and the faults that bring it to light. */
enum Tooth {
    LOSS_IS_ROLLBACK("a COMMIT whose answer is lost is taken for rolled back", FaultKind.ANSWER_LOST) {
        @Override
        Contestant open(Target target) {
            return sessions(
                    target,
                    PlantedDialect.withMarker(Map.of("resolution", (sound, its) -> "SELECT false")),
                    Ours.options());
        }
    },
    RETRY_IN_DOUBT("a transaction in doubt is run again", FaultKind.ANSWER_LOST) {
        @Override
        Contestant open(Target target) {
            Ours.Listening listening = new Ours.Listening();
            return new Ours(
                    "planted",
                    builder(target, new PostgresDialect(), listening).build(),
                    listening,
                    Ours.options().verification(CommitVerification.none()),
                    false) {

                @Override
                public Mono<Verdict> run(Operation operation, Witness witness) {
                    return super.run(operation, witness)
                            .flatMap(verdict ->
                                    verdict.told() == Told.UNKNOWN ? run(operation, witness) : Mono.just(verdict));
                }
            };
        }
    },
    CANCELLED_BEGIN("a cancel during BEGIN gives the connection back without ROLLBACK", FaultKind.SLOW) {
        @Override
        Contestant open(Target target) {
            Map<String, Sinks.Empty<Void>> cancels = new ConcurrentHashMap<>();
            Belief belief = new Belief();
            Map<String, PlantedDialect.Instead> methods = belief.methods();
            methods.put("begin", (sound, its) -> {
                String name = String.valueOf(((TransactionDefinition) its[1]).getAttribute(TransactionDefinition.NAME));
                Mono<Void> left = cancels.computeIfAbsent(name, none -> Sinks.empty())
                        .asMono()
                        .then(Mono.error(GivenUp::new));
                return Mono.firstWithSignal(
                        Mono.from(Belief.nothing(sound.call(its)))
                                .doOnSuccess(begun -> belief.opened((Connection) its[0])),
                        left);
            });
            methods.put("isServerError", (sound, its) -> its[0] instanceof GivenUp || (Boolean) sound.call(its));
            Ours.Listening listening = new Ours.Listening();
            return new Ours(
                    "planted",
                    builder(target, PlantedDialect.of(methods), listening).build(),
                    listening,
                    Ours.options(),
                    false) {

                @Override
                public Mono<Verdict> run(Operation operation, Witness witness) {
                    Sinks.Empty<Void> cancel = Sinks.empty();
                    cancels.put("client " + operation.client(), cancel);
                    return super.run(operation, witness).doOnCancel(cancel::tryEmitEmpty);
                }
            };
        }
    },
    EARLY_RELEASE("the connection is given back before ROLLBACK is answered", FaultKind.SLOW) {
        @Override
        Contestant open(Target target) {
            Belief belief = new Belief();
            Map<String, PlantedDialect.Instead> methods = belief.methods();
            methods.put(
                    "rollback",
                    (sound, its) -> Mono.<Void>fromRunnable(() -> {
                        Mono.from(Belief.nothing(sound.call(its)))
                                .onErrorComplete()
                                .subscribe();
                        belief.closed((Connection) its[0]);
                    }));
            return sessions(target, PlantedDialect.of(methods), Ours.options());
        }
    },
    SET_NOT_LOCAL("SET instead of SET LOCAL, on a pool that resets nothing", FaultKind.SLOW) {
        @Override
        Contestant open(Target target) {
            Ours.Listening listening = new Ours.Listening();
            ReactiveSessions sessions = builder(target, new PostgresDialect(), listening)
                    .reset(ResetPolicy.TRANSACTION_ONLY)
                    .build();
            return new Ours("planted", sessions, listening, Ours.options(), false) {

                @Override
                protected Statements statements(Session session) {
                    return new Rewritten(super.statements(session), sql -> sql.replace("$1, true)", "$1, false)"));
                }
            };
        }
    },
    LOST_LEASE("an acquisition that is cancelled when the connection comes loses it", FaultKind.SLOW) {
        @Override
        Contestant open(Target target) {
            Ours.Listening listening = new Ours.Listening();
            return new Ours(
                    "planted",
                    builder(target, new PostgresDialect(), listening).build(),
                    listening,
                    Ours.options(),
                    false) {

                /** Between the connection's coming and its use there is a moment in which nobody is responsible for it. */
                @Override
                public Mono<Verdict> run(Operation operation, Witness witness) {
                    return Mono.from(sessions().connectionFactory().create())
                            .delayElement(Duration.ofMillis(1))
                            .flatMap(connection -> Mono.from(connection.close()))
                            .onErrorComplete()
                            .then(super.run(operation, witness));
                }
            };
        }
    },
    ROLLBACK_IS_COMMIT("COMMIT that is answered with ROLLBACK is taken for a success", FaultKind.SLOW) {
        @Override
        Contestant open(Target target) {
            return sessions(
                    target,
                    PlantedDialect.of(Map.of(
                            "commit",
                            (sound, its) -> Flux.defer(() -> ((Connection) its[0])
                                            .createStatement("COMMIT")
                                            .execute())
                                    .concatMap(Result::getRowsUpdated)
                                    .then())),
                    Ours.options().verification(CommitVerification.none()));
        }
    },
    NO_FENCE("a resolver that only looks for the marker", FaultKind.COMMIT_HELD) {
        @Override
        Contestant open(Target target) {
            return sessions(
                    target,
                    PlantedDialect.withMarker(Map.of(
                            "resolution",
                            (sound, its) -> "SELECT EXISTS (SELECT FROM reactive_sessions.commit_marker WHERE token = '"
                                    + (UUID) its[0] + "')")),
                    Ours.options());
        }
    },
    AUTO_COMMIT("setAutoCommit(true) as clean-up, which commits", FaultKind.SLOW) {
        @Override
        Contestant open(Target target) {
            return sessions(
                    target,
                    PlantedDialect.of(
                            Map.of("rollback", (sound, its) -> Mono.from(((Connection) its[0]).setAutoCommit(true)))),
                    Ours.options());
        }
    },
    NO_EXPIRY("markers that do not expire, where a tombstone is forgotten", FaultKind.MARKER_HELD) {
        @Override
        Contestant open(Target target) {
            return new Forgetting(
                    sessions(
                            target,
                            PlantedDialect.withMarker(Map.of(
                                    "mark",
                                    (sound, its) -> sound.call(its[0], its[1], Duration.ofDays(36_500), its[3]))),
                            Ours.options()),
                    target);
        }
    },
    /** Nothing is planted, but the same is forgotten: this has to stay clean. */
    CONTROL("control: markers that expire, where a tombstone is forgotten", FaultKind.MARKER_HELD) {
        @Override
        Contestant open(Target target) {
            return new Forgetting(Ours.open(target, PieceSettings.POOL, false), target);
        }
    };

    private final String words;
    private final FaultKind fault;

    Tooth(String words, FaultKind fault) {
        this.words = words;
        this.fault = fault;
    }

    /** Opens sessions with the error in them. */
    abstract Contestant open(Target target);

    String words() {
        return words;
    }

    Set<FaultKind> faults() {
        return EnumSet.of(fault);
    }

    /** Where nobody waits for a connection, a cancel comes earlier in the life of a transaction. */
    int clients() {
        return this == CANCELLED_BEGIN ? PieceSettings.POOL : PieceSettings.CLIENTS;
    }

    boolean isWrong() {
        return this != CONTROL;
    }

    private static Ours sessions(Target target, Dialect dialect, TransactionOptions options) {
        Ours.Listening listening = new Ours.Listening();
        return new Ours("planted", builder(target, dialect, listening).build(), listening, options, false);
    }

    private static ReactiveSessionsBuilder builder(Target target, Dialect dialect, Ours.Listening listening) {
        return ReactiveSessions.builder(driver(target, PostgresDialect.GUARD_PARAMETERS))
                .healthConnections(driver(target, Map.of()))
                .dialect(dialect)
                .pool(Ours.pool(PieceSettings.POOL))
                .limits(Ours.LIMITS)
                .resilience(Ours.RESILIENCE)
                .listener(listening);
    }

    private static PostgresqlConnectionFactory driver(Target target, Map<String, String> parameters) {
        return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(target.host())
                .port(target.port())
                .database(target.database())
                .username(target.username())
                .password(target.password())
                .options(parameters)
                .build());
    }

    private static final class GivenUp extends RuntimeException {

        private static final long serialVersionUID = 1L;

        GivenUp() {
            super("BEGIN was given up", null, false, false);
        }
    }

    /** Statements whose text is changed. */
    private record Rewritten(Statements sound, Function<String, String> change) implements Statements {

        @Override
        public Mono<Void> update(String sql, Object... values) {
            return sound.update(change.apply(sql), values);
        }

        @Override
        public Flux<List<Object>> query(String sql, int columns, Object... values) {
            return sound.query(change.apply(sql), columns, values);
        }

        @Override
        public Mono<Void> undone(Function<Statements, Mono<Void>> work) {
            return sound.undone(work);
        }
    }
}
