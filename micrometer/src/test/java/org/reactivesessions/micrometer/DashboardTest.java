package org.reactivesessions.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.yaml.snakeyaml.Yaml;

/** The dashboard and the alerts ask for nothing but what is exported. */
class DashboardTest {

    private static final Path DASHBOARD = Path.of("..", "docs", "dashboard", "reactive-sessions.json");
    private static final Path ALERTS = Path.of("..", "docs", "dashboard", "alerts.yml");

    private final ReactiveSessions sessions = NoDatabase.sessions();
    private final Scrape scrape = scrapeOf(sessions);

    /** As after a run in which everything has happened, in an application that says which it is. */
    private static Scrape scrapeOf(ReactiveSessions sessions) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config().commonTags("application", "shop");
        SessionMetrics metrics = SessionMetrics.of(registry);
        metrics.bind(sessions);
        Everything.happensTo(metrics);
        return Scrape.of(registry);
    }

    private static Object read(Path file) throws IOException {
        return new Yaml().load(Files.readString(file));
    }

    /** Every text under a key, wherever it is. */
    private static List<String> texts(Object node, Set<String> keys) {
        List<String> found = new ArrayList<>();
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if (value instanceof String text && keys.contains(key)) {
                    found.add(text);
                } else {
                    found.addAll(texts(value, keys));
                }
            });
        } else if (node instanceof List<?> list) {
            list.forEach(value -> found.addAll(texts(value, keys)));
        }
        return found;
    }

    private List<String> missing(List<String> expressions) {
        return expressions.stream()
                .flatMap(expression -> new Query(expression).missing(scrape).stream())
                .distinct()
                .collect(Collectors.toList());
    }

    @Test
    void everyPanelAndVariableMustAskForWhatIsExported() throws IOException {
        Object dashboard = read(DASHBOARD);
        List<String> expressions = texts(dashboard, Set.of("expr", "definition"));

        assertThat(expressions).hasSizeGreaterThan(40);
        assertThat(missing(expressions)).isEmpty();
        assertThat(texts(dashboard, Set.of("definition"))).hasSize(3);
    }

    @Test
    void everyAlertMustAskForWhatIsExported() throws IOException {
        List<String> expressions = texts(read(ALERTS), Set.of("expr"));

        assertThat(expressions).hasSizeGreaterThan(10);
        assertThat(missing(expressions)).isEmpty();
    }

    /** What has no place on the dashboard is there for nobody. */
    @Test
    void everyMeterMustBeOnTheDashboard() throws IOException {
        String asked = String.join(" ", texts(read(DASHBOARD), Set.of("expr")));
        Set<String> unseen = Stream.of(SessionMeter.values())
                .filter(meter -> !asked.contains(meter.meter().replace('.', '_')))
                .map(SessionMeter::meter)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(unseen)
                .as("are there under OpenTelemetry's name")
                .containsExactly("db.client.connection.pending_requests", "r2dbc.pool.allocated", "r2dbc.pool.idle");
    }

    @Test
    void whatIsNotExportedMustBeFound() {
        assertThat(missing(List.of(
                        "rate(reactive_sessions_commits_total[5m]) > 0",
                        "sum by (name, colour) (reactive_sessions_hold_seconds_max{pool=~\"$pool\"})",
                        "reactive_sessions_circuit_state{state=~\"open|ajar\"} == 1",
                        "label_values(reactive_sessions_in_doubt_total{planet=\"x\"}, pool)",
                        "r2dbc_pool_pending_connections > 0 and r2dbc_pool_acquired",
                        "vector(1)")))
                .containsExactly(
                        "metric reactive_sessions_commits_total",
                        "label colour of reactive_sessions_hold_seconds_max",
                        "value ajar of state of reactive_sessions_circuit_state",
                        "label planet of reactive_sessions_in_doubt_total",
                        "value x of planet of reactive_sessions_in_doubt_total",
                        "metric r2dbc_pool_acquired",
                        "any metric in vector(1)");
    }
}
