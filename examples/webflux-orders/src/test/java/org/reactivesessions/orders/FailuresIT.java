package org.reactivesessions.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.reactivesessions.orders.evidence.Service;
import org.reactivesessions.orders.evidence.Waiting;
import org.reactivesessions.orders.evidence.Witness;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;

/** What a client hears over HTTP when its transfer fails, on two connections and without the looking up of lost COMMITs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class FailuresIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CONNECTIONS = 2;
    private static final int PENDING = 1;

    private Service service;
    private Witness witness;
    private Asked asked;
    private FaultProxy proxy;

    @BeforeAll
    void start() {
        service = Service.start(
                "--orders.verified=false",
                "--reactive-sessions.pool-size=" + CONNECTIONS,
                "--reactive-sessions.pool-max-pending=" + PENDING,
                "--reactive-sessions.pool-timeout=20s",
                "--reactive-sessions.connect-timeout=10s");
        witness = service.witness();
        asked = new Asked(service.port());
        proxy = Objects.requireNonNull(service.database().proxy());
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @AfterEach
    void booksMustBalanceAndNoConnectionBeHeld() throws Exception {
        assertThat(Waiting.until(() -> service.busy() == 0, PATIENCE)).isNotNegative();
        assertThat(witness.halfOrders()).isZero();
        assertThat(witness.unexplainedBalances()).isZero();
    }

    /** Its time is over while it waits for an account that somebody else has locked. */
    @Test
    void aTransferThatIsOutOfTimeMustBeAnsweredBy504() throws Exception {
        long before = witness.orders();
        try (Connection other = locked(31)) {
            HttpResponse<String> answer = asked.transfer(31, 32, 1);

            assertProblem(answer, 504, "timeout");
            assertThat(answer.body()).contains("\"outcome\":\"ROLLED_BACK\"");
            other.rollback();
        }
        assertThat(witness.orders()).isEqualTo(before);
    }

    /** Every attempt loses against another: its COMMIT is one that the server answers with a serialization failure. */
    @Test
    void aTransferThatLosesEveryTimeMustBeAnsweredBy409() throws Exception {
        long before = witness.orders();
        Rule losing = proxy.replace(
                FrameMatch.fromClient('Q').sql("^COMMIT"),
                "DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = 'serialization_failure'; END $$");
        try {
            HttpResponse<String> answer = asked.transfer(33, 34, 1);

            assertProblem(answer, 409, "conflict");
            assertThat(answer.body()).contains("\"outcome\":\"ROLLED_BACK\"");
            assertThat(losing.hits()).as("attempts").isEqualTo(10);
        } finally {
            losing.remove();
        }
        assertThat(witness.orders()).isEqualTo(before);
    }

    @Test
    void aCommitWhoseAnswerIsLostMustBeSaidToBeInDoubt() throws Exception {
        long before = witness.balance(36);
        Rule lost = proxy.cut(FrameMatch.fromServer('C').answering("^COMMIT$").nth(1));

        HttpResponse<String> answer = asked.transfer(35, 36, 1);

        assertThat(lost.hits()).isEqualTo(1);
        assertProblem(answer, 500, "commit-unknown");
        assertThat(answer.body())
                .contains("\"outcome\":\"IN_DOUBT\"")
                .contains("Do not send the request again before its effects have been looked for");
        assertThat(witness.balance(36)).as("this time it took effect").isEqualTo(before + 1);
    }

    /** Two transfers wait for an account that somebody else has locked, one waits for their connections, and the next is one too many. */
    @Test
    void whoFindsEveryConnectionInUseMustBeAnsweredBy503AndWhenToComeBack() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> before = new ArrayList<>();
        try (Connection other = locked(37)) {
            for (int each = 1; each <= CONNECTIONS + PENDING; each++) {
                int busy = each;
                before.add(inBackground());
                assertThat(Waiting.until(() -> service.busy() == busy, PATIENCE))
                        .isNotNegative();
            }

            HttpResponse<String> answer = asked.transfer(39, 40, 1);

            assertProblem(answer, 503, "saturated");
            assertThat(answer.headers().firstValue("Retry-After"))
                    .hasValueSatisfying(
                            seconds -> assertThat(Integer.parseInt(seconds)).isPositive());
            other.rollback();
        }
        for (CompletableFuture<HttpResponse<String>> each : before) {
            assertThat(each.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
        }
    }

    private CompletableFuture<HttpResponse<String>> inBackground() {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return asked.transfer(37, 38, 1);
                    } catch (Exception failed) {
                        throw new CompletionException(failed);
                    }
                },
                task -> new Thread(task, "client").start());
    }

    private Connection locked(int account) throws SQLException {
        Connection other = witness.open();
        other.setAutoCommit(false);
        try (Statement lock = other.createStatement()) {
            lock.execute("SELECT FROM account WHERE id = " + account + " FOR UPDATE");
        }
        return other;
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body()).contains("\"type\":\"urn:reactive-sessions:problem:" + type + "\"");
    }
}
