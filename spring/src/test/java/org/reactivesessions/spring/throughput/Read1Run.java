package org.reactivesessions.spring.throughput;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresDialect;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.spring.SessionsTransactionalOperator;
import org.reactivesessions.spring.SpringSessions;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The program: one SELECT by {@code DatabaseClient} in a {@code TransactionalOperator}, 32 callers on 8 connections, round by round in
 * turn; each round is compared with Spring's of the same moment, because a machine is faster at one time than at another.
 *
 * <p>{@code mvn -q -pl spring -am test-compile exec:exec@read1 -Dread1.skip=false}
 */
final class Read1Run {

    private static final int CONNECTIONS = 8;
    private static final int CALLERS = 32;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private Read1Run() {}

    /**
     * Runs it and ends the JVM.
     *
     * @param arguments how many rounds, after twice as many for the compiler, and how many transactions in each
     */
    public static void main(String... arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
        int transactions = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 8_000;
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        TestDatabase database = TestServers.current().freshDatabase();
        ConnectionFactory driver = ConnectionFactories.get(database.r2dbcUrl());
        ConnectionPool pool = new ConnectionPool(ConnectionPoolConfiguration.builder(driver)
                .initialSize(0)
                .maxSize(CONNECTIONS)
                .build());
        PoolOptions options = PoolOptions.defaults().maxSize(CONNECTIONS).acquireTimeout(PATIENCE);
        SpringSessions given = SpringSessions.of(
                ReactiveSessions.builder(driver)
                        .dialect(new PostgresDialect())
                        .pool(options)
                        .build(),
                pool,
                new PostgresDialect());
        SpringSessions own = SpringSessions.of(
                PostgresSessions.builder().url(database.url()).pool(options).build(), new PostgresDialect());
        Map<String, Mono<Long>> contenders = new LinkedHashMap<>();
        contenders.put(
                "R2dbcTransactionManager", read(pool, TransactionalOperator.create(new R2dbcTransactionManager(pool))));
        contenders.put("sessions on the application's factory", read(pool, SessionsTransactionalOperator.of(given)));
        contenders.put(
                "sessions on a pool of their own",
                read(own.connectionFactory(), SessionsTransactionalOperator.of(own)));
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        for (int round = -2 * rounds; round < rounds; round++) { // the first are for the compiler
            for (Map.Entry<String, Mono<Long>> each : contenders.entrySet()) {
                double rate = rate(each.getValue(), transactions);
                if (round >= 0) {
                    rates.computeIfAbsent(each.getKey(), name -> new ArrayList<>())
                            .add(rate);
                }
            }
        }
        List<Double> spring = rates.values().iterator().next();
        out.printf(
                "One SELECT in a TransactionalOperator, %d callers on %d connections, medians of %d rounds of %,d in turn, after twice as many; Java %s, %d"
                        + " processors.%n%n",
                CALLERS,
                CONNECTIONS,
                rounds,
                transactions,
                Runtime.version(),
                Runtime.getRuntime().availableProcessors());
        out.println("| run by | transactions per second | of Spring's in the same round |");
        out.println("| --- | --- | --- |");
        rates.forEach(
                (name, all) -> out.printf("| %s | %,.0f | %.2f |%n", name, median(all), median(ratios(all, spring))));
        System.exit(0);
    }

    private static Mono<Long> read(ConnectionFactory factory, TransactionalOperator operator) {
        DatabaseClient client = DatabaseClient.create(factory);
        return Mono.defer(() -> operator.transactional(client.sql("SELECT 1::bigint + $1")
                .bind(0, 1L)
                .map(row -> row.get(0, Long.class))
                .one()));
    }

    private static double rate(Mono<Long> transaction, int transactions) {
        long begin = System.nanoTime();
        Flux.range(0, transactions).flatMap(any -> transaction, CALLERS).then().block(PATIENCE);
        return transactions / ((System.nanoTime() - begin) / 1e9);
    }

    private static List<Double> ratios(List<Double> rates, List<Double> others) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rates.size(); round++) {
            ratios.add(rates.get(round) / others.get(round));
        }
        return ratios;
    }

    private static double median(List<Double> rates) {
        List<Double> sorted = new ArrayList<>(rates);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
