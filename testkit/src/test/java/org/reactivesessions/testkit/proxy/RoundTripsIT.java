package org.reactivesessions.testkit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reactivesessions.testkit.proxy.WireClient.bind;
import static org.reactivesessions.testkit.proxy.WireClient.execute;
import static org.reactivesessions.testkit.proxy.WireClient.frame;
import static org.reactivesessions.testkit.proxy.WireClient.parse;
import static org.reactivesessions.testkit.proxy.WireClient.query;
import static org.reactivesessions.testkit.proxy.WireClient.sync;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.reactivesessions.testkit.server.TestDatabase;

class RoundTripsIT extends ProxiedClient {

    RoundTripsIT(TestDatabase database) throws Exception {
        super(database);
    }

    @Test
    void oneQueryMustBeOneFlight() throws Exception {
        try (RoundTrips count = proxy.countRoundTrips()) {
            client.run("SELECT 1");
            assertThat(count.flights()).isEqualTo(1);
        }
    }

    @Test
    void threeAwaitedQueriesMustBeThreeFlights() throws Exception {
        try (RoundTrips count = proxy.countRoundTrips()) {
            client.run("SELECT 1");
            client.run("SELECT 2");
            client.run("SELECT 3");
            assertThat(count.flights()).isEqualTo(3);
        }
    }

    @Test
    void aPipelinedPairMustBeOneFlight() throws Exception {
        try (RoundTrips count = proxy.countRoundTrips()) {
            client.send(query("SELECT 1"), query("SELECT 2"));
            client.readToReady();
            client.readToReady();
            assertThat(count.flights()).isEqualTo(1);
        }
    }

    @RepeatedTest(5)
    void aPipelinedPairInTwoWritesMustBeOneFlight() throws Exception {
        long flights = 0;
        Duration gap = RoundTrips.QUIET;
        while (gap.compareTo(RoundTrips.QUIET.dividedBy(2)) > 0) {
            try (RoundTrips count = proxy.countRoundTrips()) {
                client.send(query("SELECT 1"));
                long start = System.nanoTime();
                // The gap is what is tested, not a wait for something; on a busy machine it may get too long.
                TimeUnit.MILLISECONDS.sleep(5);
                client.send(query("SELECT 2"));
                gap = Duration.ofNanos(System.nanoTime() - start);
                client.readToReady();
                client.readToReady();
                flights = count.flights();
            }
        }
        assertThat(flights).isEqualTo(1);
    }

    @Test
    void anExtendedExchangeMustBeOneFlight() throws Exception {
        try (RoundTrips count = proxy.countRoundTrips()) {
            client.send(parse("", "SELECT 1"), bind("", ""), execute(""), sync());
            client.readToReady();
            assertThat(count.flights()).isEqualTo(1);
        }
    }

    @Test
    void aSlowAnswerMustNotAddFlights() throws Exception {
        try (RoundTrips count = proxy.countRoundTrips()) {
            client.run("SELECT pg_sleep(0.06); SELECT 2");
            client.run("SELECT 3");
            assertThat(count.flights()).isEqualTo(2);
        }
    }

    @Test
    void framesAndBytesMustBeCountedPerDirectionAndLink() throws Exception {
        try (WireClient other = WireClient.login(proxy, database);
                RoundTrips count = proxy.countRoundTrips()) {
            client.run("SELECT 1");
            other.run("SELECT 2");
            other.run("SELECT 3");
            assertThat(count.perLink())
                    .containsExactly(
                            new RoundTrips.Traffic(1, 1, 1, 14, 4, 66), new RoundTrips.Traffic(2, 2, 2, 28, 8, 132));
            assertThat(count.flights()).isEqualTo(3);
            assertThat(count.clientFrames()).isEqualTo(3);
            assertThat(count.clientBytes()).isEqualTo(42);
            assertThat(count.serverFrames()).isEqualTo(12);
            assertThat(count.serverBytes()).isEqualTo(198);
            assertThat(count).asString().startsWith("RoundTrips[Traffic[link=1, flights=1");
        }
    }

    @Test
    void aGoodbyeMustBeNoFlight() throws Exception {
        try (RoundTrips count = proxy.countRoundTrips()) {
            client.run("SELECT 1");
            client.send(frame('X'));
            assertThat(client.readByte()).isEqualTo(-1);
            assertThat(count.flights()).isEqualTo(1);
            assertThat(count.clientFrames()).isEqualTo(2);
        }
    }

    @Test
    void figuresMustStayAsTheyAreAfterTheEndOfTheCount() throws Exception {
        RoundTrips count = proxy.countRoundTrips();
        client.run("SELECT 1");
        count.close();
        client.run("SELECT 2");
        assertThat(count.flights()).isEqualTo(1);
        assertThat(count.serverFrames()).isEqualTo(4);
    }

    @Test
    void aSecondCountMustWaitForTheEndOfTheFirst() throws Exception {
        RoundTrips first = proxy.countRoundTrips();
        assertThatThrownBy(proxy::countRoundTrips)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Close that count first");
        first.close();
        try (RoundTrips second = proxy.countRoundTrips()) {
            client.run("SELECT 1");
            assertThat(second.flights()).isEqualTo(1);
            assertThat(first.flights()).isZero();
        }
    }
}
