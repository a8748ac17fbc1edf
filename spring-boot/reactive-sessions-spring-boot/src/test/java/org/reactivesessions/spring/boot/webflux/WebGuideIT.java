package org.reactivesessions.spring.boot.webflux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The service of the guide does what the guide says. */
@ExtendWith(PostgresExtension.class)
class WebGuideIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;

    WebGuideIT(TestDatabase database) {
        this.database = database;
    }

    private static HttpResponse<String> post(ConfigurableApplicationContext context, String path)
            throws IOException, InterruptedException {
        return send(context, path, HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.noBody()));
    }

    private static HttpResponse<String> send(
            ConfigurableApplicationContext context, String path, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        String port = context.getEnvironment().getProperty("local.server.port");
        URI uri = URI.create("http://localhost:" + port + path);
        return HttpClient.newHttpClient()
                .send(request.uri(uri).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    }

    private long orders() throws SQLException {
        try (Connection oracle = database.openJdbc();
                Statement statement = oracle.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM orders")) {
            assertThat(count.next()).isTrue();
            return count.getLong(1);
        }
    }

    @Test
    void requestsMustBeTransactionsAndFailuresProblems() throws Exception {
        try (Connection oracle = database.openJdbc();
                Statement statement = oracle.createStatement()) {
            statement.execute("CREATE TABLE orders (id bigint PRIMARY KEY)");
            statement.execute("CREATE TABLE stock (pieces bigint CHECK (pieces >= 0))");
            statement.execute("INSERT INTO stock VALUES (1)");
        }
        SpringApplication application = new SpringApplication(WebApplication.class);
        application.setDefaultProperties(Map.of(
                "spring.main.banner-mode", "off",
                "server.port", "0",
                "reactive-sessions.url", database.url(),
                "reactive-sessions.web.paths", "/orders/**",
                "reactive-sessions.web.timeout", "5s",
                "reactive-sessions.pool-timeout", "30s",
                "reactive-sessions.verify-on-start.attempts", "3",
                "reactive-sessions.web.max-buffered", "64KB"));
        try (ConfigurableApplicationContext context = application.run();
                Connection other = database.openJdbc();
                Statement lock = other.createStatement()) {
            HttpResponse<String> first = post(context, "/orders/1");
            assertThat(first.statusCode()).isEqualTo(201);
            assertThat(first.body()).isEqualTo("1");
            assertThat(orders()).isEqualTo(1);

            assertThat(post(context, "/orders/2").statusCode()).isEqualTo(500);
            assertThat(orders()).as("the stock is empty, so there is no order").isEqualTo(1);

            assertThat(post(context, "/stock/5").body()).isEqualTo("5");
            assertThat(send(context, "/stock", HttpRequest.newBuilder()).body()).isEqualTo("5");

            other.setAutoCommit(false);
            lock.execute("LOCK TABLE stock IN ACCESS EXCLUSIVE MODE");
            HttpResponse<String> slow = post(context, "/orders/3");
            assertThat(slow.statusCode()).isEqualTo(504);
            assertThat(slow.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(slow.body())
                    .contains("\"type\":\"urn:reactive-sessions:problem:timeout\"", "\"outcome\":\"ROLLED_BACK\"");
            assertThat(send(context, "/report", HttpRequest.newBuilder()).body())
                    .contains("\"transaction\":\"report\"", "\"instance\":\"/help/slow-reports\"");
            other.rollback();
            assertThat(orders()).isEqualTo(1);
        }
    }
}
