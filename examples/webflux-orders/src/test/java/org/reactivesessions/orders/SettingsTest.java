package org.reactivesessions.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivesessions.orders.database.DatabaseInitializer;
import org.reactivesessions.orders.database.OrdersDatabase;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.ResourcePropertySource;
import org.springframework.mock.env.MockEnvironment;

/** What cannot be set keeps the service from starting, and is named. */
class SettingsTest {

    private static OrdersProperties bound(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings)).bindOrCreate("orders", OrdersProperties.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    orders.load.clients | 0  | orders.load.clients must be from 1 to 1000, but was 0
                    orders.load.pause   | 1m | orders.load.pause must be from 0 to 10s, but was PT1M
                    orders.load.leaving | 1  | orders.load.leaving must be >= 2, but was 1
                    orders.chaos.hold   | 0  | orders.chaos.hold must be from 1ms to 1m, but was PT0S
                    """)
    void aWrongSettingMustBeNamed(String name, String value, String reason) {
        assertThatThrownBy(() -> bound(Map.of(name, value))).hasStackTraceContaining(reason);
    }

    @Test
    void nothingMustHaveToBeSet() {
        OrdersProperties defaults = bound(Map.of());

        assertThat(defaults.verified()).isTrue();
        assertThat(defaults.chaos()).isEqualTo(new OrdersProperties.Chaos(false, Duration.ofSeconds(3)));
        assertThat(defaults.load().clients()).isEqualTo(16);
    }

    @Test
    void anUnknownKindOfTransactionsMustBeNamed() {
        try (GenericApplicationContext context = new GenericApplicationContext()) {
            context.setEnvironment(new MockEnvironment().withProperty("orders.transactions", "both"));

            assertThatThrownBy(() -> new DatabaseInitializer().initialize(context))
                    .hasMessage("orders.transactions must be sessions or plain, but was \"both\"");
        }
    }

    /** The property is that of {@code application.properties}, which takes it from the environment. */
    @Test
    void databaseUrlMustNameTheDatabase() throws Exception {
        String url = "postgresql://user:secret@db.example/orders";
        MockEnvironment environment = new MockEnvironment();
        environment
                .getPropertySources()
                .addLast(new ResourcePropertySource(new ClassPathResource("application.properties")));
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("environment", Map.of("DATABASE_URL", url)));
        try (GenericApplicationContext context = new GenericApplicationContext()) {
            context.setEnvironment(environment);

            new DatabaseInitializer().initialize(context);
            context.refresh();

            OrdersDatabase database = context.getBean(OrdersDatabase.class);
            assertThat(environment.getProperty("reactive-sessions.url")).isEqualTo(url);
            assertThat(database.url()).isEqualTo(url);
            assertThat(database.server()).as("its own").isNull();
            assertThat(database.toString()).doesNotContain("secret");
        }
    }
}
