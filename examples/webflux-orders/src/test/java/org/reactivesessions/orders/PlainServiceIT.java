package org.reactivesessions.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.orders.evidence.Service;
import org.reactivesessions.orders.evidence.Waiting;
import org.reactivesessions.orders.evidence.Witness;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;

/** The same service on plain Spring transactions, and on a database that somebody else runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class PlainServiceIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Service service;
    private Witness witness;
    private Asked asked;

    @BeforeAll
    void start(TestDatabase database) {
        service = Service.start("--orders.transactions=plain", "--orders.database-url=" + database.url());
        witness = service.witness();
        asked = new Asked(service.port());
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void aTransferMustMoveTheAmountAndBeHeardOf() throws Exception {
        try (Events orders = asked.events("/orders")) {
            orders.await(line -> line.startsWith(":"));
            long giver = witness.balance(11);

            assertThat(asked.transfer(11, 12, 30).statusCode()).isEqualTo(201);

            assertThat(orders.await(line -> line.startsWith("data:"))).contains("\"amount\":30");
            assertThat(witness.balance(11)).isEqualTo(giver - 30);
            assertThat(asked.get("/accounts/11").body()).isEqualTo("{\"id\":11,\"balance\":" + (giver - 30) + "}");
            assertThat(asked.get("/accounts").body()).startsWith("[{\"id\":1,");
        }
    }

    @Test
    void whatCannotBeMustBeRefusedWithTheReason() throws Exception {
        long before = witness.orders();
        assertThat(asked.transfer(1, 999, 5).body()).contains("there is no account 999");
        assertThat(asked.transfer(1, 2, 999_999).body()).contains("there is less than 999999 on account 1");
        assertThat(asked.get("/accounts/999").statusCode()).isEqualTo(404);
        assertThat(witness.orders()).isEqualTo(before);
        assertThat(witness.madeOfNothing()).isZero();
    }

    @Test
    void thePageMustShowWhatIsKnown() throws Exception {
        try (Events live = asked.events("/live")) {
            assertThat(live.await(line -> line.startsWith("data:")))
                    .contains("\"transactions\":\"plain\"")
                    .contains("\"inDoubt\":null")
                    .contains("\"maxSize\":8")
                    .contains("\"serverIsOwn\":false");
        }
    }

    /** Its backends are the service's own all the same. */
    @Test
    void aServerOfSomebodyElseMustNotBeRestarted() throws Exception {
        assertThat(asked.post("/chaos/restart-server").statusCode()).isEqualTo(409);
        assertThat(asked.post("/chaos/hold-commits").body()).contains("on the server that the service brings along");
        assertThat(asked.post("/chaos/kill-backends").statusCode()).isEqualTo(200);
        long late = System.nanoTime() + PATIENCE.toNanos();
        while (asked.transfer(21, 22, 1).statusCode() != 201) {
            assertThat(System.nanoTime()).isLessThan(late);
        }
        assertThat(Waiting.until(() -> service.busy() == 0, PATIENCE)).isNotNegative();
    }
}
