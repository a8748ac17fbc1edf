package org.reactivesessions.scripted;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A database that answers at once unless the script says otherwise, and keeps what reached the wire, in order.
 *
 * <p>Commands are {@code CONNECT}, {@code BEGIN}, {@code COMMIT}, {@code ROLLBACK}, {@code CLOSE} and SQL texts as they were
 * created. Thread-safe.
 */
public final class ScriptedDatabase implements ConnectionFactory {

    private final @Nullable Scheduler loop;
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private final Set<String> stubborn = ConcurrentHashMap.newKeySet();
    private final Map<String, List<?>> answers = new ConcurrentHashMap<>();
    private final Map<String, Supplier<? extends Throwable>> failures = new ConcurrentHashMap<>();
    private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    private final List<ScriptedConnection> connections = new CopyOnWriteArrayList<>();
    private volatile Consumer<ScriptedConnection> onOpen = connection -> {};

    private ScriptedDatabase(@Nullable Scheduler loop) {
        this.loop = loop;
    }

    /** A database whose driver has no event loop: tasks run on the callers' threads. */
    public static ScriptedDatabase plain() {
        return new ScriptedDatabase(null);
    }

    /** A database whose driver exposes an event loop. */
    public static ScriptedDatabase on(Scheduler loop) {
        return new ScriptedDatabase(loop);
    }

    /** Leaves the answers to these commands to the test. */
    public ScriptedDatabase hold(String... commands) {
        held.addAll(List.of(commands));
        return this;
    }

    /** Answers these commands at once again; what is held stays held. */
    public ScriptedDatabase letPass(String... commands) {
        List.of(commands).forEach(held::remove);
        return this;
    }

    /** Answers a command with rows of one column. */
    public ScriptedDatabase rows(String command, Object... values) {
        answers.put(command, List.of(values).stream().map(ScriptedRow::new).toList());
        return this;
    }

    /** Answers a command with anything a result may consist of: counts as Long, {@link ScriptedOut}. */
    public ScriptedDatabase elements(String command, Object... elements) {
        answers.put(command, List.of(elements));
        return this;
    }

    /** Answers a command with an error. */
    public ScriptedDatabase fails(String command, Supplier<? extends Throwable> error) {
        failures.put(command, error);
        return this;
    }

    /** Takes back {@link #fails}. */
    public ScriptedDatabase recovers(String command) {
        failures.remove(command);
        return this;
    }

    /** Makes the driver throw when this command is cancelled. */
    public ScriptedDatabase failsToCancel(String command) {
        stubborn.add(command);
        return this;
    }

    boolean isStubborn(String command) {
        return stubborn.contains(command);
    }

    /** Prepares every connection before its borrower sees it. */
    public ScriptedDatabase onOpen(Consumer<ScriptedConnection> preparation) {
        onOpen = preparation;
        return this;
    }

    void sent(Exchange exchange) {
        exchanges.add(exchange);
        String command = exchange.command();
        Supplier<? extends Throwable> failure = failures.get(command);
        if (held.contains(command)) {
            return;
        }
        if (failure != null) {
            exchange.fail(failure.get());
        } else {
            exchange.elements(answers.getOrDefault(command, List.of(1L))).complete();
        }
    }

    /** The last message of this command, for the test to answer. */
    public Exchange last(String command) {
        Exchange last = null;
        for (Exchange exchange : exchanges) {
            if (exchange.command().equals(command)) {
                last = exchange;
            }
        }
        if (last == null) {
            throw new AssertionError(command + " was not sent, only " + wire());
        }
        return last;
    }

    /** Everything that was sent on open connections, in order. */
    public List<String> wire() {
        return exchanges.stream()
                .map(Exchange::text)
                .filter(text -> !text.equals("CONNECT"))
                .toList();
    }

    /** Answers every command of that text that is still held. */
    public void completeAll(String command) {
        exchanges.stream()
                .filter(exchange -> exchange.command().equals(command) && !exchange.isEnded())
                .forEach(Exchange::complete);
    }

    /** Answers every command of that text that is still held with an error. */
    public void failAll(String command, Supplier<? extends Throwable> error) {
        exchanges.stream()
                .filter(exchange -> exchange.command().equals(command) && !exchange.isEnded())
                .forEach(exchange -> exchange.fail(error.get()));
    }

    /** How often a command was sent. */
    public long count(String command) {
        return exchanges.stream()
                .filter(exchange -> exchange.command().equals(command))
                .count();
    }

    /** The names of the threads that sent something. */
    public Set<String> threads() {
        return exchanges.stream()
                .filter(exchange -> !exchange.command().equals("CONNECT"))
                .map(exchange -> exchange.thread().getName())
                .collect(Collectors.toSet());
    }

    /** A connection, counted from 0 in the order of opening. */
    public ScriptedConnection connection(int index) {
        return connections.get(index);
    }

    /** How many connections were opened. */
    public int opened() {
        return connections.size();
    }

    @Override
    public Mono<ScriptedConnection> create() {
        return Mono.defer(() -> {
            Exchange connect = new Exchange("CONNECT", "CONNECT", false, () -> {});
            sent(connect);
            return connect.end().then(Mono.fromSupplier(() -> {
                ScriptedConnection connection = new ScriptedConnection(this, loop);
                connections.add(connection);
                onOpen.accept(connection);
                return connection;
            }));
        });
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return ScriptedMetadata.INSTANCE;
    }
}
