package org.reactivesessions.spring.boot.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.reactive.function.client.WebClient;

/** The application of the guide does what the guide says. */
@ExtendWith(PostgresExtension.class)
class ApplicationIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;

    ApplicationIT(TestDatabase database) {
        this.database = database;
    }

    private static @Nullable String asked(WebClient.RequestHeadersSpec<?> request) {
        return request.exchangeToMono(response -> response.bodyToMono(String.class)
                        .defaultIfEmpty("")
                        .map(body -> response.statusCode().value() + " " + body))
                .block(PATIENCE);
    }

    @Test
    void itMustTransferShowBalancesAndTellHowItIs() {
        SpringApplication application = new SpringApplication(Application.class);
        application.setDefaultProperties(Map.of(
                "spring.main.banner-mode", "off",
                "server.port", "0",
                "spring.sql.init.mode", "always",
                "spring.sql.init.schema-locations", "classpath:guide/schema.sql",
                "management.endpoints.web.exposure.include", "health,sessions",
                "management.endpoint.health.show-details", "always",
                "reactive-sessions.url", database.url(),
                "reactive-sessions.verify-on-start.attempts", "3"));
        try (ConfigurableApplicationContext context = application.run()) {
            WebClient web = WebClient.create(
                    "http://localhost:" + context.getEnvironment().getProperty("local.server.port"));
            assertThat(asked(web.post().uri("/transfers/1/2/30"))).isEqualTo("200 1");
            assertThat(asked(web.post().uri("/transfers/2/1/31"))).startsWith("500");
            assertThat(asked(web.get().uri("/accounts/1"))).isEqualTo("200 70");
            assertThat(asked(web.get().uri("/accounts/2"))).isEqualTo("200 30");
            assertThat(asked(web.get().uri("/actuator/sessions")))
                    .isEqualTo("200 {\"reactiveSessions\":{\"count\":0,\"active\":[]}}");
            assertThat(asked(web.get().uri("/actuator/health")))
                    .contains("\"sessions\":{\"details\":{")
                    .contains("\"database\":\"UP\"");
        }
    }
}
