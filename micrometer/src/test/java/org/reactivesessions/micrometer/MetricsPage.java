package org.reactivesessions.micrometer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the page with every meter. A test fails if the page is not what this makes of {@link SessionMeter}. */
final class MetricsPage {

    static final String FILE = "docs/guide/metrics.md";
    static final String COMMAND = "mvn -q -pl micrometer -am test-compile exec:exec@metrics -DmetricsPage.skip=false";

    private static final String INTRODUCTION = """
            # Metrics and traces

            Made from `SessionMeter` by
            `%s`.

            Both are in a module of their own, `reactive-sessions-micrometer`; without it nothing of Micrometer is needed. It works by
            [`SessionListener`](observing.md) alone, so whatever is measured here can be had without it as well.

            ```xml
            <dependency>
                <groupId>org.reactivesessions</groupId>
                <artifactId>reactive-sessions-micrometer</artifactId>
                <version>${reactive-sessions.version}</version>
            </dependency>
            ```

            ## Metrics

            <!-- docs/src/test/java/org/reactivesessions/docs/MetricsIT.java#metrics -->
            ```java
            SessionMetrics metrics = SessionMetrics.builder(registry).pool("orders").build();
            ReactiveSessions sessions = PostgresSessions.builder()
                .url(databaseUrl)
                .listener(metrics)
                .build();
            metrics.bind(sessions);
            ```

            As a listener it counts and times; `bind` shows the pool as well. Make one for each `ReactiveSessions`, with a `pool` of its
            own: a second one of the same name in one registry is refused, because the figures of two would be mixed. `close()` takes
            the meters out of the registry; they keep no sessions from being collected, and closing the sessions leaves them there.

            | setting | default | |
            |---|---|---|
            | `pool(name)` | `sessions` | the tag that tells pools apart |
            | `maxNames(n)` | 100 | as many names of transactions have meters of their own, those that come first; all others are `other` |
            | `histograms()` | off | every timer has buckets from which a server makes percentiles: about 70 time series for each timer and name. The three `db.client.connection` timers always have nine, from 1 ms to 10 s |

            No tag carries what a user has sent, SQL, or a message. A name is one for a kind of work (`TransactionOptions.named`), and its
            number is bounded; so is that of errors, at 100.

            ### Every meter
            Prometheus writes `_` for `.` and adds units: `reactive_sessions_hold_seconds_count`,
            `reactive_sessions_transactions_total`, `r2dbc_pool_acquired_connections`. A timer is described by what took the time.

            | meter | kind | tags | what it is |
            |---|---|---|---|
            """;

    private static final String END = """

            `r2dbc.pool.*` are the names Spring Boot has for a `ConnectionPool`, with the unit and the one tag it gives them, so that
            dashboards for it go on working; `db.client.connection.*` are those of OpenTelemetry.

            ### Dashboard and alerts
            [A dashboard for Grafana](../dashboard/reactive-sessions.json), with variables for `application` (a common tag, if you set
            one), `instance` and `pool`, and [alert rules for Prometheus](../dashboard/alerts.yml). They ask only for what is there without
            `histograms()`. A test compares every metric, label and value of a label they name with what is exported.

            ## Traces

            <!-- docs/src/test/java/org/reactivesessions/docs/MetricsIT.java#observations -->
            ```java
            ReactiveSessions sessions = PostgresSessions.builder()
                .url(databaseUrl)
                .listener(SessionObservations.builder(observationRegistry)
                    .system("postgresql")
                    .build())
                .build();
            ```

            Every transaction is one observation, `reactive.sessions.operation`, from its subscription to the end of its clean-up, through
            all attempts; its span is called as the transaction. It lies inside the observation of its subscriber's Reactor Context (key
            `micrometer.observation`), otherwise of the thread that subscribes. Function, hooks and clean-up see it in their Context, so
            whatever makes observations of statements makes them inside, with
            `Hooks.enableAutomaticContextPropagation()` or without. A scope that joins a transaction or is nested in it is part of its span;
            one with `REQUIRES_NEW` has a span inside it.

            | key | values |
            |---|---|
            | `name` | of the transaction; bounded as above |
            | `outcome` | `committed`, `rolled_back`, `not_started`, `in_doubt`; `none` while it runs |
            | `error.type` | the SQLSTATE, otherwise the simple name of the error's class, `none` without an error |
            | `cancelled` | `true` if its subscriber had left before the end |
            | `repeated` | `true` if there was more than one attempt |
            | `db.system.name` | what `system(…)` says |
            | `attempts`, `statements` | how many; of high cardinality, so in traces only |

            | event | when | its text |
            |---|---|---|
            | `acquired` | an attempt has got its connection | how long it has waited |
            | `attempted` | an attempt has ended | outcome, time, phase, SQLSTATE |
            | `retry` | another one follows | which |

            After a cancel it is stopped when the transaction is rolled back, or when COMMIT was answered. The error is given to the
            observation as it is; a handler may record its message, in which the database may quote a value.

            `new OpenTelemetrySessionObservationConvention()`, given to `convention(…)` or to the registry, uses OpenTelemetry's names:
            `db.client.operation.duration`, `db.query.summary`, `db.namespace`, `server.address`, `db.response.status_code`.

            **Spans of statements** are the business of r2dbc-proxy (`ObservationProxyExecutionListener`). Around
            `sessions.connectionFactory()` it sees what libraries such as Spring Data send; around a driver's factory that is given to
            `ReactiveSessions.builder(…)`, everything.
            """;

    private MetricsPage() {}

    /**
     * Writes the page.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) throws IOException {
        Path page = Path.of(FILE);
        Files.write(page, lines());
        System.out.println("written to " + page);
    }

    /** The page. */
    static List<String> lines() {
        List<String> page =
                new ArrayList<>(INTRODUCTION.formatted(COMMAND).lines().toList());
        Stream.of(SessionMeter.values()).map(MetricsPage::line).forEach(page::add);
        page.addAll(END.lines().toList());
        return page;
    }

    private static String line(SessionMeter meter) {
        String tags = meter.tags().stream().map(tag -> "`" + tag + "`").collect(Collectors.joining(", "));
        return "| `" + meter.meter() + "` | " + meter.type() + " | " + tags + " | " + meter.description() + " |";
    }
}
