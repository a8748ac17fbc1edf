package org.reactivesessions.postgres.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivesessions.Session;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;

/** Two tenants with a row each in a table of which each sees his own, and a connection that both of them use. */
@SecurityRow("S11")
@ExpectsDrops // the driver drops what it has buffered when it is closed with a command unanswered
@ExtendWith(PostgresExtension.class)
class TenantIT {

    private static final String ROLE = "tenant_it_app";
    private static final String PASSWORD = "tenant-it-secret";
    private static final String MINE = "SELECT coalesce(string_agg(secret, ' '), '') FROM note";
    private static final TransactionOptions A = TransactionOptions.defaults().setting("app.tenant", "a");

    private final ServerFixture admin;
    private final ServerFixture fixture;

    TenantIT(TestDatabase database) {
        admin = ServerFixture.on(database);
        admin.run("DO $$ BEGIN CREATE ROLE " + ROLE + " LOGIN PASSWORD '" + PASSWORD
                + "'; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        admin.run("DROP TABLE IF EXISTS note; CREATE TABLE note (tenant text, secret text UNIQUE);"
                + " ALTER TABLE note ENABLE ROW LEVEL SECURITY; ALTER TABLE note FORCE ROW LEVEL SECURITY;"
                + " CREATE POLICY own ON note USING (tenant = nullif(current_setting('app.tenant', true), ''));"
                + " GRANT SELECT, INSERT ON note TO " + ROLE
                + "; INSERT INTO note VALUES ('a', 'canary-a'), ('b', 'canary-b')");
        fixture = ServerFixture.with(
                database,
                settings -> settings.username(ROLE)
                        .password(PASSWORD)
                        .limits(new TimeLimits(Duration.ofSeconds(1), ServerFixture.PATIENCE)));
    }

    @AfterEach
    void close() {
        fixture.close();
        admin.close();
    }

    private String seenBy(TransactionOptions options) {
        return String.valueOf(fixture.sessions()
                .withTransaction(options, session -> session.sql(MINE).one(row -> row.get(0, String.class)))
                .block(ServerFixture.PATIENCE));
    }

    private static Mono<Void> look(Session session) {
        return session.sql(MINE).one(row -> row.get(0, String.class)).then();
    }

    /** How the scope of tenant a ends. */
    enum End {
        WELL {
            @Override
            Mono<?> of(ServerFixture fixture, Session session) {
                return look(session);
            }
        },
        WITH_AN_ERROR {
            @Override
            Mono<?> of(ServerFixture fixture, Session session) {
                return look(session).then(Mono.error(new IllegalStateException("mine")));
            }
        },
        WITH_AN_ERROR_OF_SQL {
            @Override
            Mono<?> of(ServerFixture fixture, Session session) {
                return look(session)
                        .then(session.sql("INSERT INTO note VALUES ('a', 'canary-a')")
                                .rowsUpdated());
            }
        },
        CANCELLED {
            @Override
            Mono<?> of(ServerFixture fixture, Session session) {
                return look(session).then(session.sql("SELECT pg_sleep(600)").execute());
            }
        },
        TERMINATED {
            @Override
            Mono<?> of(ServerFixture fixture, Session session) {
                return look(session)
                        .then(session.sql("SELECT pg_terminate_backend(pg_backend_pid())")
                                .execute());
            }
        },
        RESET {
            @Override
            Mono<?> of(ServerFixture fixture, Session session) {
                return look(session)
                        .then(Mono.fromRunnable(fixture.proxy()::resetAll))
                        .then(Mono.defer(() -> session.sql("SELECT pg_sleep(0)").execute()));
            }
        },
        ROLLBACK_LOST {
            @Override
            Mono<?> of(ServerFixture fixture, Session session) {
                fixture.proxy().drop(FrameMatch.fromClient('Q').sql("^ROLLBACK").nth(1));
                return WITH_AN_ERROR.of(fixture, session);
            }
        },
        /** A setting of the session, which stays if nobody takes it away. */
        SET_FOR_THE_SESSION {
            @Override
            Mono<?> of(ServerFixture fixture, Session session) {
                return session.sql("SELECT set_config('app.tenant', 'a', false)")
                        .execute();
            }
        };

        abstract Mono<?> of(ServerFixture fixture, Session session);
    }

    @ParameterizedTest
    @EnumSource
    void whoComesNextMustSeeNothingOfHis(End end) {
        fixture.sessions()
                .withTransaction(A, session -> end.of(fixture, session))
                .timeout(end == End.CANCELLED ? Duration.ofMillis(300) : ServerFixture.PATIENCE)
                .onErrorComplete()
                .block(ServerFixture.PATIENCE);
        fixture.quiesce();

        assertThat(seenBy(TransactionOptions.defaults())).as("without a tenant").isEmpty();
        assertThat(fixture.sessions()
                        .withSession(session -> session.sql("SELECT coalesce(current_setting('app.tenant', true), '')")
                                .one(row -> row.get(0, String.class)))
                        .block(ServerFixture.PATIENCE))
                .isEmpty();
        assertThat(seenBy(TransactionOptions.defaults().setting("app.tenant", "b")))
                .isEqualTo("canary-b");
        assertThat(seenBy(A)).isEqualTo("canary-a");
    }

    /** BEGIN and the tenant are one message, so a read that travels behind it must not be heard if that fails. */
    @Test
    void aReadWhoseTenantCouldNotBeSetMustDeliverNothing() {
        seenBy(A);
        TransactionOptions broken = A.setting("work_mem", "nonsense");

        assertThatThrownBy(() -> seenBy(broken)).hasMessageNotContaining("canary");
        assertThat(seenBy(TransactionOptions.defaults())).isEmpty();
    }

    /** By a name that is one of two in a string, or by an injection. */
    @Test
    void aTenantMustBeNothingButAText() {
        for (String name :
                List.of("a' OR 'a' = 'a", "b', true); SELECT set_config('app.tenant', 'a", "\\'; RESET ROLE; --")) {
            assertThat(seenBy(TransactionOptions.defaults().setting("app.tenant", name)))
                    .as(name)
                    .isEmpty();
        }
    }
}
