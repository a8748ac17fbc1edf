package org.reactivesessions.mvc;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The service asked over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class ServiceIT {

    private final HttpClient client = HttpClient.newHttpClient();
    private TestDatabase database;
    private ConfigurableApplicationContext service;

    @BeforeAll
    void start(TestDatabase given) {
        database = given;
        service = SpringApplication.run(
                MvcOrdersApplication.class,
                "--server.port=0",
                "--spring.datasource.url=" + given.jdbcUrl(),
                "--spring.datasource.hikari.connection-timeout=30000");
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void aTransferMustMoveTheAmount() throws Exception {
        HttpResponse<String> answer = transfer("{\"from\":12,\"to\":11,\"amount\":30}");

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).matches("\\{\"id\":\"[0-9a-f-]{36}\",\"from\":12,\"to\":11,\"amount\":30}");
        assertThat(number("SELECT balance FROM account WHERE id = 12")).isEqualTo(9_970);
        assertThat(number("SELECT balance FROM account WHERE id = 11")).isEqualTo(10_030);
        assertThat(number("SELECT sum(amount) FROM entry WHERE account = 11")).isEqualTo(30);
    }

    /** Of the last two, the other account is booked first, and taken back. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"from":1,                              | 400 | Failed to read request
                    {}                                      | 400 | Failed to read request
                    {"from":1,"to":2}                       | 400 | Failed to read request
                    {"from":1,"to":2,"amount":1.5}          | 400 | Failed to read request
                    {"from":1,"to":2,"amount":5,"more":1}   | 400 | Failed to read request
                    {"from":1,"to":2,"amount":-5}           | 400 | amount must be from 1 to 1000000, but was -5
                    {"from":1,"to":1,"amount":5}            | 400 | to must be another account than from
                    {"from":1,"to":2,"amount":999999}       | 409 | there is less than 999999 on account 1
                    {"from":2,"to":1,"amount":999999}       | 409 | there is less than 999999 on account 2
                    {"from":1,"to":999,"amount":5}          | 404 | there is no account 999
                    """)
    void whatIsRefusedMustBeAProblemAndChangeNothing(String body, int status, String reason) throws Exception {
        long entries = number("SELECT count(*) FROM entry");

        HttpResponse<String> answer = transfer(body);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains(reason);
        assertThat(number("SELECT count(*) FROM entry")).isEqualTo(entries);
        assertThat(number("SELECT balance FROM account WHERE id = 1")).isEqualTo(10_000);
        assertThat(number("SELECT balance FROM account WHERE id = 2")).isEqualTo(10_000);
    }

    private HttpResponse<String> transfer(String body) throws Exception {
        String port = Objects.requireNonNull(service.getEnvironment().getProperty("local.server.port"));
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/transfers"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
