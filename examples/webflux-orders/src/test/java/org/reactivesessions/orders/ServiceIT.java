package org.reactivesessions.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.orders.evidence.Aborts;
import org.reactivesessions.orders.evidence.Service;
import org.reactivesessions.orders.evidence.Waiting;
import org.reactivesessions.orders.evidence.Witness;
import org.reactivesessions.testkit.proxy.FaultProxy;

/** The service on sessions, on the server it brings along. After every test the books balance and no connection is held. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ServiceIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Service service;
    private Witness witness;
    private Asked asked;

    @BeforeAll
    void start() {
        service = Service.start("--orders.chaos.hold=500ms", "--reactive-sessions.pool-timeout=20s");
        witness = service.witness();
        asked = new Asked(service.port());
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
        assertThat(witness.madeOfNothing()).isZero();
    }

    @Test
    void aTransferMustMoveTheAmount() throws Exception {
        long giver = witness.balance(11);
        long getter = witness.balance(12);

        HttpResponse<String> answer = asked.transfer(11, 12, 30);

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).contains("\"from\":11,\"to\":12,\"amount\":30");
        assertThat(witness.balance(11)).isEqualTo(giver - 30);
        assertThat(witness.balance(12)).isEqualTo(getter + 30);
        assertThat(asked.get("/accounts/11").body()).isEqualTo("{\"id\":11,\"balance\":" + (giver - 30) + "}");
        assertThat(asked.get("/accounts").body()).startsWith("[{\"id\":1,").contains("{\"id\":100,");
    }

    @Test
    void whoListensMustHearOfAnOrder() throws Exception {
        try (Events orders = asked.events("/orders")) {
            orders.await(line -> line.startsWith(":"));
            Matcher id = Pattern.compile("\"id\":\"([^\"]+)\"")
                    .matcher(asked.transfer(13, 14, 7).body());
            assertThat(id.find()).isTrue();
            assertThat(orders.await(line -> line.startsWith("id:"))).isEqualTo("id:" + id.group(1));
            assertThat(orders.await(line -> line.startsWith("data:"))).contains("\"amount\":7");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"from":1,                              | 400 | the body is not JSON (line 1
                    []                                      | 400 | the body is not an object
                    {}                                      | 400 | from is missing
                    {"from":1,"to":2}                       | 400 | amount is missing
                    {"from":1,"to":2,"amount":-5}           | 400 | amount must be from 1 to 1000000, but was -5
                    {"from":1,"to":2,"amount":1000001}      | 400 | but was 1000001
                    {"from":1,"to":2,"amount":1.5}          | 400 | amount must be a whole number
                    {"from":1,"to":2,"amount":"5"}          | 400 | amount must be a whole number
                    {"from":1,"to":1,"amount":5}            | 400 | to must be another account than from
                    {"from":1,"to":2,"amount":5,"more":1}   | 400 | has a property that a transfer has not
                    {"from":1,"to":999,"amount":5}          | 404 | there is no account 999
                    {"from":999,"to":1,"amount":5}          | 404 | there is no account 999
                    {"from":1,"to":2,"amount":999999}       | 409 | there is less than 999999 on account 1
                    {"from":2,"to":1,"amount":999999}       | 409 | there is less than 999999 on account 2
                    """)
    void aBadTransferMustBeRefusedWithTheReason(String body, int status, String reason) throws Exception {
        mustBeRefused(() -> asked.transfer(body), status, reason);
    }

    @Test
    void anEmptyBodyMustBeRefused() throws Exception {
        mustBeRefused(() -> asked.transfer(""), 400, "the body is missing");
    }

    @Test
    void anOversizedBodyMustBeRefused() throws Exception {
        mustBeRefused(
                () -> asked.transfer("{\"from\":1,\"to\":2,\"amount\":5" + " ".repeat(10_000) + "}"),
                413,
                "the body is larger than a transfer can be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH"})
    void anotherMethodMustBeRefused(String method) throws Exception {
        mustBeRefused(
                () -> asked.send(method, "/transfers", "application/json", "{\"from\":1,\"to\":2,\"amount\":5}"),
                405,
                "this is not for " + method + ", but for [POST]");
    }

    @Test
    void anotherTypeMustBeRefused() throws Exception {
        mustBeRefused(
                () -> asked.send("POST", "/transfers", "application/x-www-form-urlencoded", "from=1&to=2&amount=5"),
                415,
                "not supported");
    }

    @ParameterizedTest
    @CsvSource({
        "/accounts/999, 404, there is no account 999",
        "/accounts/one, 400, the number of an account is a whole number",
        "/nowhere, 404, there is nothing here"
    })
    void whatIsNotThereMustBeSaid(String path, int status, String reason) throws Exception {
        mustBeRefused(() -> asked.get(path), status, reason);
    }

    private interface Request {
        HttpResponse<String> send() throws Exception;
    }

    private void mustBeRefused(Request request, int status, String reason) throws Exception {
        long before = witness.orders();

        HttpResponse<String> answer = request.send();

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body())
                .contains(reason)
                .contains("\"status\":" + status)
                .doesNotContain("Exception")
                .doesNotContain("org.")
                .doesNotContain("java.")
                .doesNotContain("postgres");
        assertThat(witness.orders()).isEqualTo(before);
    }

    @Test
    void clientsThatLeaveMustLeaveNothingHalf() throws Exception {
        Aborts aborts = new Aborts(service.port(), 8, 10_000_000);

        aborts.run(200, 42);

        assertThat(aborts.unanswered()).isPositive();
        assertThat(aborts.resets()).isBetween(1, 199);
    }

    @Test
    void aClientThatLeavesInTheMiddleOfItsRequestMustBeNoFailure() throws Exception {
        try (Events live = asked.events("/live")) {
            List<Integer> before = answers(live.await(line -> line.startsWith("data:")));
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
                client.getOutputStream()
                        .write(("POST /transfers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                        + "Content-Length: 100\r\n\r\n{\"from\":1,")
                                .getBytes(StandardCharsets.US_ASCII));
            }

            List<Integer> after = answers(live.await(
                    line -> line.startsWith("data:") && !answers(line).equals(before)));

            assertThat(after.get(2)).as("failed").isEqualTo(before.get(2));
        }
    }

    /** Done, refused, failed, left. */
    private static List<Integer> answers(String snapshot) {
        Matcher counts = Pattern.compile(
                        "\"answers\":\\{\"done\":(\\d+),\"refused\":(\\d+),\"failed\":(\\d+),\"left\":(\\d+)")
                .matcher(snapshot);
        assertThat(counts.find()).as(snapshot).isTrue();
        return IntStream.rangeClosed(1, 4)
                .mapToObj(group -> Integer.valueOf(counts.group(group)))
                .toList();
    }

    @Test
    void killedBackendsMustBeReplaced() throws Exception {
        asked.transfer(21, 22, 1);

        assertThat(asked.post("/chaos/kill-backends").body()).contains("backends killed");

        mustTransferAgain();
    }

    @Test
    void aRestartMustBeSurvived() throws Exception {
        HttpResponse<String> done = asked.post("/chaos/restart-server");

        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.body()).contains("server started again");
        mustTransferAgain();
    }

    /** What sessions fail with is answered as they say. */
    @Test
    void aDatabaseThatIsAwayMustBeSaidAndWhenToComeBack() throws Exception {
        FaultProxy proxy = Objects.requireNonNull(service.database().proxy());
        proxy.closePort();
        proxy.resetAll();
        try {
            HttpResponse<String> answer = asked.transfer(21, 22, 1);

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
            assertThat(answer.headers().firstValue("Retry-After"))
                    .hasValueSatisfying(
                            seconds -> assertThat(Integer.parseInt(seconds)).isPositive());
        } finally {
            proxy.openPort();
        }
        mustTransferAgain();
    }

    @Test
    void aHeldCommitMustBeAnsweredWhenItIsLetGo() throws Exception {
        try (Events live = asked.events("/live")) {
            live.await(line -> line.startsWith("data:"));
            assertThat(asked.post("/chaos/hold-commits").statusCode()).isEqualTo(200);
            CompletableFuture<HttpResponse<String>> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return asked.transfer(23, 24, 1);
                } catch (Exception failed) {
                    throw new IllegalStateException(failed);
                }
            });
            live.await(line -> line.contains("commits let go"));
            assertThat(answer.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
        }
    }

    @Test
    void thePageMustShowTheLoadAndThatTheBooksBalance() throws Exception {
        try (Events live = asked.events("/live")) {
            assertThat(asked.post("/load/start").statusCode()).isEqualTo(204);
            try {
                live.await(line -> line.contains("\"running\":true"));
                live.await(line -> line.contains("\"name\":\"transfer\"")
                        && line.contains("\"state\":\"BALANCED\",\"expected\":1000000,\"actual\":1000000"));
            } finally {
                assertThat(asked.post("/load/stop").statusCode()).isEqualTo(204);
            }
            live.await(line -> line.contains("\"running\":false"));
        }
    }

    /** The witness has made money of nothing, and taken it away again. */
    @Test
    void booksThatWereBrokenForAMomentMustBeRemembered() throws Exception {
        try (Events live = asked.events("/live")) {
            change(99, 1);
            try {
                live.await(line ->
                        line.contains("\"state\":\"BROKEN\",\"expected\":1000000,\"actual\":1000001,\"broken\":1"));
            } finally {
                change(99, -1);
            }
            assertThat(live.await(line -> line.contains("\"state\":\"BALANCED\"")))
                    .containsPattern("\"actual\":1000000,\"broken\":[1-9]");
        }
    }

    private void change(long account, long by) throws SQLException {
        try (Connection hand = witness.open();
                Statement statement = hand.createStatement()) {
            statement.execute("UPDATE account SET balance = balance + " + by + " WHERE id = " + account);
        }
    }

    /** Whatever was written last: an update moves a row to another place. */
    @Test
    void accountsMustComeInTheOrderOfTheirNumbers() throws Exception {
        asked.transfer(3, 90, 1);
        asked.transfer(90, 1, 1);

        assertThat(Pattern.compile("\"id\":(\\d+)")
                        .matcher(asked.get("/accounts").body())
                        .results()
                        .map(found -> Integer.valueOf(found.group(1))))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 100).boxed().toList());
    }

    @Test
    void noPageOfSomebodyElseMayBreakAnything() throws Exception {
        HttpResponse<String> answer = asked.post("/chaos/kill-backends", "Origin", "http://elsewhere.example");

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("only a page of this service can ask for it");
    }

    @Test
    void thePageMustNeedNothingOfOthers() throws Exception {
        HttpResponse<String> page = asked.get("/index.html");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("default-src 'none'");
        for (String part : new String[] {"/index.html", "/live.js", "/live.css"}) {
            assertThat(asked.get(part).body())
                    .isNotEmpty()
                    .doesNotContainPattern("(src|href|url|import)[^\\n]{0,3}https?:");
        }
    }

    private void mustTransferAgain() throws Exception {
        long late = System.nanoTime() + PATIENCE.toNanos();
        while (asked.transfer(21, 22, 1).statusCode() != 201) {
            assertThat(System.nanoTime()).isLessThan(late);
        }
    }
}
