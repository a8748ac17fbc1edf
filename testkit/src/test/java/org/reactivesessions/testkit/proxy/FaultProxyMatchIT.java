package org.reactivesessions.testkit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reactivesessions.testkit.proxy.WireClient.bind;
import static org.reactivesessions.testkit.proxy.WireClient.closing;
import static org.reactivesessions.testkit.proxy.WireClient.describe;
import static org.reactivesessions.testkit.proxy.WireClient.execute;
import static org.reactivesessions.testkit.proxy.WireClient.flush;
import static org.reactivesessions.testkit.proxy.WireClient.parse;
import static org.reactivesessions.testkit.proxy.WireClient.query;
import static org.reactivesessions.testkit.proxy.WireClient.sync;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;

class FaultProxyMatchIT extends ProxiedClient {

    private static final Duration SHORT = Duration.ofMillis(50);

    FaultProxyMatchIT(TestDatabase database) throws Exception {
        super(database);
    }

    @Test
    void awaitHitMustFailAndNameTheRuleWhenNothingMatched() throws Exception {
        Rule rule = proxy.hold(FrameMatch.fromClient('Q').sql("^COMMIT").nth(2));
        client.run("SELECT 1");
        assertThatThrownBy(() -> rule.awaitHit(SHORT))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("hold of occurrence 2 of 'Q' from the client with SQL /^COMMIT/")
                .hasMessageContaining("within 50 ms, but there were 0 among 5 frames seen");
    }

    @Test
    void awaitLinksMustFailWithTheNumberThereIs() {
        assertThatThrownBy(() -> proxy.awaitLinks(5, SHORT))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected 5 open link(s) within 50 ms, but there are 1");
    }

    @Test
    void nthMustMeanThatOccurrenceAndNoOther() throws Exception {
        Rule rule = proxy.drop(FrameMatch.fromServer('D').nth(2));
        assertThat(client.run("SELECT 1")).isEqualTo("TDCZ");
        assertThat(client.run("SELECT 2")).isEqualTo("TCZ");
        assertThat(client.run("SELECT 3")).isEqualTo("TDCZ");
        assertThat(rule.hits()).isEqualTo(1);
    }

    @Test
    void contentMustTellTheErrorsAndTagsApart() throws Exception {
        Rule division = proxy.watch(FrameMatch.fromServer('E').containing("C22012"));
        Rule rollback = proxy.watch(FrameMatch.fromServer('C').containing("^.{5}ROLLBACK"));
        client.run("BEGIN");
        client.run("SELECT 1 / 0");
        client.run("SELECT");
        client.run("COMMIT");
        assertThat(division.hits()).isEqualTo(1);
        assertThat(rollback.hits()).isEqualTo(1);
    }

    @Test
    void nthMustCountRowsWithinOneAnswer() throws Exception {
        proxy.cut(FrameMatch.fromServer('D').nth(4));
        client.send(query("SELECT generate_series(1, 10)"));
        assertThat(client.read().type()).isEqualTo('T');
        for (int i = 0; i < 3; i++) {
            assertThat(client.read().type()).isEqualTo('D');
        }
        assertThat(client.readByte()).isEqualTo(-1);
    }

    @Test
    void theFirstRuleMustActAndWatchersSeeAll() throws Exception {
        Rule before = proxy.watch(FrameMatch.fromServer('D'));
        Rule drop = proxy.drop(FrameMatch.fromServer('D'));
        Rule cut = proxy.cut(FrameMatch.fromServer('D'));
        Rule after = proxy.watch(FrameMatch.fromServer('D'));
        assertThat(client.run("SELECT 1")).isEqualTo("TCZ");
        assertThat(new int[] {before.hits(), drop.hits(), cut.hits(), after.hits()})
                .containsExactly(1, 1, 0, 1);
    }

    @Test
    void namedStatementsMustKeepTheirSql() throws Exception {
        Rule parse = proxy.watch(FrameMatch.fromClient('P').sql("pg_sleep"));
        client.send(parse("s1", "SELECT pg_sleep(0)"), parse("s2", "SELECT 2"), sync());
        client.readToReady();
        Rule bind = proxy.watch(FrameMatch.fromClient('B').sql("pg_sleep"));
        Rule describe = proxy.watch(FrameMatch.fromClient('D').sql("pg_sleep"));
        Rule execute = proxy.watch(FrameMatch.fromClient('E').sql("pg_sleep"));
        Rule sync = proxy.watch(FrameMatch.fromClient('S').sql("pg_sleep"));
        Rule ready = proxy.watch(FrameMatch.fromServer('Z').answering("pg_sleep"));
        Rule close = proxy.watch(FrameMatch.fromClient('C').sql("pg_sleep"));
        client.send(describe('S', "s1"), bind("p", "s1"), describe('P', "p"), execute("p"), sync());
        assertThat(client.readToReady()).isEqualTo("tT2TDCZ");
        client.send(bind("p", "s2"), execute("p"), sync());
        client.readToReady();
        client.send(closing('S', "s1"), bind("p", "s1"), sync());
        assertThat(client.readToReady()).isEqualTo("3EZ");
        assertThat(new int[] {
                    parse.hits(), bind.hits(), describe.hits(), execute.hits(), sync.hits(), ready.hits(), close.hits()
                })
                .containsExactly(1, 1, 2, 1, 1, 1, 1);
    }

    @Test
    void answersMustHaveTheSqlOfTheirExchangeWhenPipelined() throws Exception {
        Rule second = proxy.hold(FrameMatch.fromServer('Z').answering("'b'"));
        client.send(query("SELECT 'a'"));
        client.send(parse("", "SELECT 'b'"), bind("", ""), execute(""), sync());
        client.send(query("SELECT 'c'"));
        assertThat(client.readToReady()).isEqualTo("TDCZ");
        second.awaitHit(PATIENCE);
        assertThat(new String(new char[] {
                    client.read().type(),
                    client.read().type(),
                    client.read().type(),
                    client.read().type()
                }))
                .isEqualTo("12DC");
        assertThat(client.hasInput()).isFalse();
        second.release();
        assertThat(client.readToReady()).isEqualTo("Z");
        assertThat(client.readToReady()).isEqualTo("TDCZ");
    }

    @Test
    void answersBeforeSyncMustHaveTheSqlOfTheOpenExchange() throws Exception {
        Rule rule = proxy.watch(FrameMatch.fromServer('1').answering("flushed"));
        client.send(parse("", "SELECT 'flushed'"), flush());
        assertThat(client.read().type()).isEqualTo('1');
        rule.awaitHit(PATIENCE);
        client.send(sync());
        assertThat(client.readToReady()).isEqualTo("Z");
    }

    @Test
    void cancelRequestsMustPassAndBeCounted() throws Exception {
        Rule sleep = proxy.watch(FrameMatch.fromClient('Q').sql("pg_sleep"));
        Rule cancel = proxy.watch(FrameMatch.cancelRequest());
        client.send(query("SELECT pg_sleep(60)"));
        sleep.awaitHit(PATIENCE);
        ServerCensus.await(database, PATIENCE, census -> census.byState().containsKey("active"));
        try (WireClient second = WireClient.connect(proxy)) {
            second.send(
                    WireClient.length(16),
                    WireClient.length(80_877_102),
                    WireClient.length(client.pid()),
                    WireClient.length(client.secret()));
            assertThat(second.readByte()).isEqualTo(-1);
        }
        assertThat(client.readToReady()).isEqualTo("TEZ");
        assertThat(cancel.hits()).isEqualTo(1);
        assertThat(proxy.cancelRequests()).isEqualTo(1);
        proxy.awaitLinks(1, PATIENCE);
    }

    @Test
    void anEncryptionRequestTheServerDeclinesMustLeadToAPlainStart() throws Exception {
        Rule request = proxy.watch(FrameMatch.encryptionRequest());
        Rule answer = proxy.watch(FrameMatch.encryptionAnswer());
        Rule startup = proxy.watch(FrameMatch.startup());
        try (WireClient plain = WireClient.connect(proxy)) {
            plain.send(WireClient.length(8), WireClient.length(80_877_103));
            assertThat(plain.readByte()).isEqualTo('N');
            plain.startup(database);
            assertThat(plain.run("SELECT 1")).isEqualTo("TDCZ");
        }
        assertThat(new int[] {request.hits(), answer.hits(), startup.hits()}).containsExactly(1, 1, 1);
    }

    @Test
    void answersToTheStartupMustHaveNoSql() throws Exception {
        Rule empty = proxy.watch(FrameMatch.fromServer('Z').answering("^$"));
        WireClient.login(proxy, database).close();
        assertThat(empty.hits()).isEqualTo(1);
    }
}
