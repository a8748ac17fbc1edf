package org.reactivesessions.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.spring.web.SessionProblemHandler;
import org.reactivesessions.transaction.TransactionOptions;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** An application whose database is away, and what its clients hear. */
class WebProblemsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** As many have it. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Balances.class)
    static class Application {}

    /** Needs the database. */
    @RestController
    static final class Balances {

        private final ReactiveSessions sessions;

        Balances(ReactiveSessions sessions) {
            this.sessions = sessions;
        }

        @GetMapping("/balance")
        Mono<Integer> balance() {
            return sessions.withTransaction(
                    TransactionOptions.defaults().named("balance"),
                    session -> session.sql("SELECT 1").one(row -> row.get(0, Integer.class)));
        }

        @GetMapping("/broken")
        Mono<Integer> broken() {
            return Mono.error(new IllegalStateException("broken"));
        }
    }

    private static ConfigurableApplicationContext started(WebApplicationType type, Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(Map.of(
                "spring.main.banner-mode", "off",
                "server.port", "0",
                "reactive-sessions.url", "postgresql://user:hidden@localhost:1/db",
                "reactive-sessions.pool-timeout", "1s"));
        all.putAll(properties);
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(type);
        application.setDefaultProperties(all);
        return application.run();
    }

    private static HttpResponse<String> get(ConfigurableApplicationContext context, String path) {
        URI uri = URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port") + path);
        try {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void aFailureOfSessionsMustBeAProblemAndEveryOtherBoots() {
        try (ConfigurableApplicationContext context = started(WebApplicationType.REACTIVE, Map.of())) {
            HttpResponse<String> away = get(context, "/balance");
            assertThat(away.statusCode()).isEqualTo(503);
            assertThat(away.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(away.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(away.body())
                    .contains("\"type\":\"urn:reactive-sessions:problem:unreachable\"", "\"transaction\":\"balance\"")
                    .contains("\"outcome\":\"NOT_STARTED\"")
                    .doesNotContain("properties", "localhost", "hidden");

            HttpResponse<String> broken = get(context, "/broken");
            assertThat(broken.statusCode()).isEqualTo(500);
            assertThat(broken.body()).contains("\"error\":\"Internal Server Error\"");
        }
    }

    @Test
    void switchedOffTheyMustBeBootsAsWell() {
        try (ConfigurableApplicationContext context =
                started(WebApplicationType.REACTIVE, Map.of("reactive-sessions.web.problem-details", "false"))) {
            HttpResponse<String> away = get(context, "/balance");
            assertThat(away.statusCode()).isEqualTo(500);
            assertThat(away.body()).contains("\"error\":\"Internal Server Error\"");
            assertThat(context.getBeanProvider(SessionProblemHandler.class).getIfAvailable())
                    .isNull();
        }
    }

    @Test
    void nothingMustBeThereWithoutTheWeb() {
        try (ConfigurableApplicationContext context = started(WebApplicationType.NONE, Map.of())) {
            assertThat(context.getBeanProvider(SessionProblemHandler.class).getIfAvailable())
                    .isNull();
        }
    }
}
