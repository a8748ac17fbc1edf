package org.reactivesessions.spring;

import java.io.IOException;
import java.util.function.Supplier;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.reactive.TransactionalEventPublisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A service as applications have them: it knows of Spring only. */
class Items {

    private final DatabaseClient client;
    private final TransactionalEventPublisher events;

    Items(DatabaseClient client, ApplicationEventPublisher events) {
        this.client = client;
        this.events = new TransactionalEventPublisher(events);
    }

    Mono<Long> insert(int id) {
        return client.sql("INSERT INTO item VALUES ($1)").bind(0, id).fetch().rowsUpdated();
    }

    Mono<Long> count() {
        return client.sql("SELECT count(*) FROM item")
                .map(row -> row.get(0, Long.class))
                .one();
    }

    Mono<String> setting(String name) {
        return client.sql("SELECT current_setting('" + name + "')")
                .map(row -> row.get(0, String.class))
                .one();
    }

    /** Tells whether two statements are in one transaction, by which of them there is. */
    Mono<Long> transaction() {
        return client.sql("SELECT txid_current()")
                .map(row -> row.get(0, Long.class))
                .one();
    }

    Mono<Void> publish(String event) {
        return events.publishEvent(event);
    }

    @Transactional
    public <T> Mono<T> required(Supplier<Mono<T>> work) {
        return work.get();
    }

    @Transactional
    public <T> Flux<T> many(Supplier<Flux<T>> work) {
        return work.get();
    }

    @Transactional(propagation = Propagation.REQUIRES_NEW)
    public <T> Mono<T> requiresNew(Supplier<Mono<T>> work) {
        return work.get();
    }

    @Transactional(propagation = Propagation.NESTED)
    public <T> Mono<T> nested(Supplier<Mono<T>> work) {
        return work.get();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    public <T> Mono<T> mandatory(Supplier<Mono<T>> work) {
        return work.get();
    }

    @Transactional(propagation = Propagation.SUPPORTS)
    public <T> Mono<T> supports(Supplier<Mono<T>> work) {
        return work.get();
    }

    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    public <T> Mono<T> notSupported(Supplier<Mono<T>> work) {
        return work.get();
    }

    @Transactional(propagation = Propagation.NEVER)
    public <T> Mono<T> never(Supplier<Mono<T>> work) {
        return work.get();
    }

    @Transactional(readOnly = true)
    public <T> Mono<T> readOnly(Supplier<Mono<T>> work) {
        return work.get();
    }

    @Transactional(isolation = Isolation.SERIALIZABLE)
    public <T> Mono<T> serializable(Supplier<Mono<T>> work) {
        return work.get();
    }

    @Transactional(timeout = 1)
    public <T> Mono<T> oneSecond(Supplier<Mono<T>> work) {
        return work.get();
    }

    @Transactional(rollbackFor = IOException.class, noRollbackFor = IllegalArgumentException.class)
    public <T> Mono<T> withRules(Supplier<Mono<T>> work) {
        return work.get();
    }
}
