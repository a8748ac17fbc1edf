package org.reactivesessions.orders.database;

import java.util.Map;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Gives the application its database before it makes a bean: that of {@code orders.database-url}, which is {@code DATABASE_URL} of the
 * environment if it is not set, else one of its own. {@code orders.transactions} says who runs the transactions: {@code sessions},
 * or {@code plain} for Spring's own manager on r2dbc-pool.
 */
public final class DatabaseInitializer implements ApplicationContextInitializer<GenericApplicationContext> {

    /** The property that says who runs the transactions. */
    public static final String TRANSACTIONS = "orders.transactions";

    /** By sessions. */
    public static final String SESSIONS = "sessions";

    /** By Spring's own manager. */
    public static final String PLAIN = "plain";

    private static final String URL = "orders.database-url";

    @Override
    public void initialize(GenericApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        String mode = environment.getProperty(TRANSACTIONS, SESSIONS);
        if (!mode.equals(SESSIONS) && !mode.equals(PLAIN)) {
            throw new IllegalArgumentException(
                    TRANSACTIONS + " must be " + SESSIONS + " or " + PLAIN + ", but was \"" + mode + "\"");
        }
        String url = environment.getProperty(URL, "");
        OrdersDatabase database = url.isBlank() ? OrdersDatabase.embedded() : OrdersDatabase.at(url.strip());
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("database of the service", address(mode, database.url())));
        context.registerBean(OrdersDatabase.class, () -> database);
    }

    private static Map<String, Object> address(String mode, String url) {
        return mode.equals(SESSIONS)
                ? Map.of("reactive-sessions.url", url)
                : Map.of(
                        "reactive-sessions.enabled",
                        "false",
                        "spring.r2dbc.url",
                        url.replaceFirst("^(r2dbc:)?postgres(ql)?:", "r2dbc:postgresql:"));
    }
}
