package org.reactivesessions.testkit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reactivesessions.testkit.proxy.WireClient.query;

import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;

class FaultProxyIT extends ProxiedClient {

    FaultProxyIT(TestDatabase database) throws Exception {
        super(database);
    }

    @Test
    void framesMustPassUntouchedWithoutRules() throws Exception {
        assertThat(client.run("SELECT 1")).isEqualTo("TDCZ");
        assertThat(client.run("SELECT repeat('x', 3000000)")).isEqualTo("TDCZ");
        client.send(query("SELECT '" + "y".repeat(2_000_000) + "'"));
        assertThat(client.readToReady()).isEqualTo("TDCZ");
        assertThat(proxy.links()).isEqualTo(1);
        assertThat(proxy.toString()).contains(":" + proxy.port() + " -> ");
    }

    @Test
    void holdMustKeepAFrameFromTheServerUntilReleased() throws Exception {
        client.run("CREATE TABLE held (id int)");
        Rule insert = proxy.hold(FrameMatch.fromClient('Q').sql("^insert"));
        client.send(query("INSERT INTO held VALUES (1)"));
        insert.awaitHit(PATIENCE);
        assertThat(insert.held()).isEqualTo(1);
        try (WireClient other = WireClient.login(proxy, database)) {
            other.send(query("SELECT 1 FROM held"));
            assertThat(other.readToReady()).as("no row yet").isEqualTo("TCZ");
            insert.release();
            assertThat(client.readToReady()).isEqualTo("CZ");
            other.send(query("SELECT 1 FROM held"));
            assertThat(other.readToReady()).isEqualTo("TDCZ");
        }
        assertThat(insert.held()).isZero();
    }

    @Test
    void holdMustKeepFramesInOrder() throws Exception {
        Rule first = proxy.hold(FrameMatch.fromClient('Q').sql("'first'"));
        Rule second = proxy.watch(FrameMatch.fromClient('Q').sql("'second'"));
        client.send(query("SELECT 'first'"));
        client.send(query("SELECT 'second', 2"));
        first.awaitHit(PATIENCE);
        assertThat(second.hits()).as("waits behind the held frame").isZero();
        first.release();
        second.awaitHit(PATIENCE);
        assertThat(new String(rowOf(client), StandardCharsets.UTF_8)).endsWith("first");
        client.readToReady();
        assertThat(client.readToReady()).isEqualTo("TDCZ");
    }

    @Test
    void holdMustLetTheOtherDirectionFlow() throws Exception {
        Rule answer = proxy.hold(FrameMatch.fromServer('C').answering("^BEGIN"));
        client.send(query("BEGIN"));
        answer.awaitHit(PATIENCE);
        Rule commit = proxy.watch(FrameMatch.fromClient('Q').sql("^COMMIT"));
        client.send(query("COMMIT"));
        commit.awaitHit(PATIENCE);
        assertThat(client.hasInput()).isFalse();
        answer.release();
        assertThat(client.readToReady()).isEqualTo("CZ");
        assertThat(client.readToReady()).isEqualTo("CZ");
    }

    @Test
    void holdMustEndWhenTheRuleIsRemoved() throws Exception {
        Rule rule = proxy.hold(FrameMatch.fromServer('Z'));
        client.send(query("SELECT 1"));
        rule.awaitHit(PATIENCE).remove();
        assertThat(client.readToReady()).isEqualTo("TDCZ");
        assertThat(client.run("SELECT 2")).isEqualTo("TDCZ");
        assertThat(rule.hits()).isEqualTo(1);
    }

    @Test
    void releaseMustLetLaterMatchesPassAndCountThem() throws Exception {
        Rule rule = proxy.hold(FrameMatch.fromServer('Z'));
        client.send(query("SELECT 1"));
        rule.awaitHit(PATIENCE).release();
        client.readToReady();
        client.run("SELECT 2");
        assertThat(rule.awaitHits(2, PATIENCE).hits()).isEqualTo(2);
    }

    @Test
    void replaceMustPutAnotherTextIntoAQuery() throws Exception {
        Rule rule = proxy.replace(FrameMatch.fromClient('Q').sql("^BEGIN").nth(1), "BEGIN ISOLATION LEVEL NONSENSE");
        Rule answer = proxy.watch(FrameMatch.fromServer('E').answering("NONSENSE$"));
        client.send(query("BEGIN"));
        client.send(query("SELECT 'behind'"));
        assertThat(client.readToReady()).isEqualTo("EZ");
        assertThat(client.readToReady()).as("what is behind is as it was").isEqualTo("TDCZ");
        assertThat(client.run("BEGIN")).as("only what was meant").isEqualTo("CZ");
        assertThat(rule.hits()).isEqualTo(1);
        assertThat(answer.hits()).as("answers belong to what was sent").isEqualTo(1);
    }

    @Test
    void replaceMustBeOfTextsOnly() {
        assertThatThrownBy(() -> proxy.replace(FrameMatch.fromClient('Q', 'P'), "SELECT 1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fromClient('Q'), but was");
        assertThatThrownBy(() -> proxy.replace(FrameMatch.fromServer('Q'), "SELECT 1"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void delayMustKeepAFrameForItsTimeOnly() throws Exception {
        Rule rule = proxy.delay(FrameMatch.fromServer('Z').nth(1), Duration.ofMillis(80));
        long start = System.nanoTime();
        client.run("SELECT 1");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(80));
        assertThat(rule.hits()).isEqualTo(1);
    }

    @Test
    void dripMustLetAFrameLeaveWholeAndInOrderOneByteAfterAnother() throws Exception {
        Rule back = proxy.drip(FrameMatch.fromServer('D'), Duration.ofMillis(5));
        Rule there = proxy.drip(FrameMatch.fromClient('Q'), Duration.ZERO);
        long start = System.nanoTime();
        assertThat(client.run("SELECT 1234567890")).isEqualTo("TDCZ");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("21 bytes, each 5 ms after the one before")
                .isGreaterThanOrEqualTo(Duration.ofMillis(100));
        assertThat(there.hits()).isEqualTo(1);
        assertThat(back.hits()).isEqualTo(1);
    }

    @Test
    void delaysMustOverlap() throws Exception {
        proxy.delay(FrameMatch.fromClient('Q'), Duration.ofMillis(300));
        long start = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            client.send(query("SELECT 1"));
        }
        for (int i = 0; i < 10; i++) {
            client.readToReady();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(300), Duration.ofMillis(2_000));
    }

    @Test
    void latencyMustCountTwicePerRoundTripAndNotSerialise() throws Exception {
        proxy.latency(Duration.ofMillis(300));
        long start = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            client.send(query("SELECT 1"));
        }
        for (int i = 0; i < 10; i++) {
            client.readToReady();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(600), Duration.ofMillis(5_000));
        proxy.noLatency();
        start = System.nanoTime();
        client.run("SELECT 1");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(600));
    }

    @Test
    void dropMustSwallowAFrameOfTheClient() throws Exception {
        Rule rule = proxy.drop(FrameMatch.fromClient('Q').sql("lost"));
        client.send(query("SELECT 'lost'"));
        rule.awaitHit(PATIENCE);
        Rule ready = proxy.watch(FrameMatch.fromServer('Z').answering("found"));
        assertThat(client.run("SELECT 'found'")).isEqualTo("TDCZ");
        assertThat(ready.hits()).as("the lost question is not waited for").isEqualTo(1);
    }

    @Test
    void dropMustSwallowAFrameOfTheServerAndStillEndItsExchange() throws Exception {
        Rule rule = proxy.drop(FrameMatch.fromServer('C', 'Z').answering("^SELECT 1"));
        client.send(query("SELECT 1"));
        rule.awaitHits(2, PATIENCE);
        Rule ready = proxy.watch(FrameMatch.fromServer('Z').answering("^SELECT 2"));
        assertThat(client.run("SELECT 2")).isEqualTo("TDTDCZ");
        assertThat(ready.hits()).isEqualTo(1);
    }

    @Test
    void cutMustEndBothSidesInTheRegularWay() throws Exception {
        Rule rule = proxy.cut(FrameMatch.fromServer('C').answering("^SELECT 7"));
        client.send(query("SELECT 7"));
        rule.awaitHit(PATIENCE);
        assertThat(proxy.links()).isZero();
        assertThat(client.read().type()).isEqualTo('T');
        assertThat(client.read().type()).isEqualTo('D');
        assertThat(client.readByte()).isEqualTo(-1);
        ServerCensus.await(database, PATIENCE, census -> census.backends().isEmpty());
    }

    @Test
    void cutMustKeepTheFrameFromTheServer() throws Exception {
        client.run("CREATE TABLE uncommitted (id int)");
        client.run("BEGIN");
        client.run("INSERT INTO uncommitted VALUES (1)");
        proxy.cut(FrameMatch.fromClient('Q').sql("^COMMIT"));
        client.send(query("COMMIT"));
        assertThat(client.readByte()).isEqualTo(-1);
        try (WireClient other = WireClient.login(proxy, database)) {
            assertThat(other.run("SELECT 1 FROM uncommitted")).isEqualTo("TCZ");
        }
    }

    @Test
    void resetMustBreakTheConnectionOfTheClient() throws Exception {
        Rule rule = proxy.reset(FrameMatch.fromClient('Q'));
        client.send(query("SELECT 1"));
        rule.awaitHit(PATIENCE);
        assertThatThrownBy(client::readByte).isInstanceOf(SocketException.class).hasMessageContaining("reset");
        ServerCensus.await(database, PATIENCE, census -> census.backends().isEmpty());
    }

    @Test
    void severAllMustEndEveryLinkAndKeepAccepting() throws Exception {
        try (WireClient other = WireClient.login(proxy, database)) {
            proxy.awaitLinks(2, PATIENCE);
            proxy.severAll();
            assertThat(client.readByte()).isEqualTo(-1);
            assertThat(other.readByte()).isEqualTo(-1);
        }
        assertThat(proxy.links()).isZero();
        try (WireClient again = WireClient.login(proxy, database)) {
            assertThat(again.run("SELECT 1")).isEqualTo("TDCZ");
        }
        assertThat(proxy.linksOpened()).isEqualTo(3);
    }

    @Test
    void resetAllMustBreakEveryLink() {
        proxy.resetAll();
        assertThatThrownBy(client::readByte).isInstanceOf(SocketException.class);
        assertThat(proxy.links()).isZero();
    }

    @Test
    void anotherTargetMustBeThatOfNewLinksOnly() throws Exception {
        try (FaultProxy other = FaultProxy.start(database.host(), database.port())) {
            proxy.target(other.host(), other.port());
            assertThat(client.run("SELECT 1")).isEqualTo("TDCZ");
            assertThat(other.linksOpened()).isZero();
            try (WireClient next = WireClient.login(proxy, database)) {
                assertThat(next.run("SELECT 1")).isEqualTo("TDCZ");
            }
            assertThat(other.linksOpened()).isEqualTo(1);
        }
    }

    @Test
    void aLinkMustEndWhenItsClientGoesAway() throws Exception {
        client.close();
        proxy.awaitLinks(0, PATIENCE);
    }

    @Test
    void aLinkThatOutlivesItsClientMustDeliverWhatWasHeld() throws Exception {
        proxy.outliveClients();
        aHeldCommitMustArriveAfter(client::close);
    }

    @Test
    void aLinkWhoseClientWasResetMustDeliverWhatWasHeld() throws Exception {
        aHeldCommitMustArriveAfter(proxy::resetClients);
        assertThatThrownBy(client::readByte).isInstanceOf(SocketException.class).hasMessageContaining("reset");
    }

    private void aHeldCommitMustArriveAfter(ClientsEnd end) throws Exception {
        client.run("DROP TABLE IF EXISTS late");
        client.run("CREATE TABLE late (id int)");
        client.run("BEGIN");
        client.run("INSERT INTO late VALUES (1)");
        Rule held = proxy.hold(FrameMatch.fromClient('Q').sql("^SELECT"));
        Rule answers = proxy.watch(FrameMatch.fromServer('C').containing("COMMIT"));
        client.send(query("SELECT repeat('x', 3000000)"), query("COMMIT"), query("SELECT 'behind'"));
        held.awaitHit(PATIENCE);

        end.run();
        try (WireClient other = WireClient.login(proxy, database)) {
            Rule present = proxy.watch(FrameMatch.fromServer('D'));
            assertThat(proxy.links()).isEqualTo(2);
            other.run("TABLE late");
            assertThat(present.hits()).as("held while nobody is there").isZero();
            assertThatThrownBy(() -> held.awaitEnds(Duration.ofMillis(10)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("hold of 'Q' from the client with SQL /^SELECT/ was still open after 10 ms");
            held.release();
            held.awaitEnds(PATIENCE);
            assertThat(answers.hits()).isEqualTo(1);
            assertThat(proxy.links()).isEqualTo(1);
            other.run("TABLE late");
            assertThat(present.hits())
                    .as("rows of both answers and of the table")
                    .isEqualTo(3);
        }
    }

    /** How a client goes away. */
    private interface ClientsEnd {
        void run() throws Exception;
    }

    @Test
    void aLinkMustEndWhenItsServerProcessGoesAway() throws Exception {
        try (Connection witness = database.openJdbc();
                Statement statement = witness.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(" + client.pid() + ")");
        }
        assertThat(client.read().type()).isEqualTo('E');
        assertThat(client.readByte()).isEqualTo(-1);
        client.close();
        proxy.awaitLinks(0, PATIENCE);
    }

    @Test
    void closeMustEndALinkWhoseFrameIsHeld() throws Exception {
        Rule rule = proxy.hold(FrameMatch.fromServer('Z'));
        client.send(query("SELECT 1"));
        rule.awaitHit(PATIENCE);
        proxy.close();
        assertThat(proxy.links()).isZero();
        assertThat(client.read().type()).isEqualTo('T');
        client.read();
        client.read();
        assertThat(client.readByte()).isEqualTo(-1);
    }

    private static byte[] rowOf(WireClient client) throws Exception {
        WireClient.Message message = client.read();
        while (message.type() != 'D') {
            message = client.read();
        }
        return message.body();
    }
}
