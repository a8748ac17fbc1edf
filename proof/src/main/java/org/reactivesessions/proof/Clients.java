package org.reactivesessions.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.reactivesessions.proof.contestant.Contestant;
import org.reactivesessions.proof.contestant.Verdict;
import org.reactivesessions.proof.journal.Journal;
import org.reactivesessions.proof.journal.Told;
import org.reactivesessions.proof.workload.Operation;
import org.reactivesessions.proof.workload.OperationKind;
import org.reactivesessions.proof.workload.Witness;
import org.reactivesessions.proof.workload.Workload;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The clients, each of whom does one operation after another and keeps a journal. Thread-safe. */
final class Clients implements AutoCloseable {

    /** Nobody may be told nothing for longer. */
    private static final Duration GENEROUS = Duration.ofSeconds(60);

    /** Whoever is refused comes again, but not at once. */
    private static final Duration AFTER_REFUSAL = Duration.ofMillis(20);

    private final Contestant contestant;
    private final List<Client> clients = new ArrayList<>();
    private final Scheduler scheduler = Schedulers.newSingle("clients", true);
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final LongAdder cancels = new LongAdder();
    private final long most;
    private final Duration pause;
    private volatile boolean stopped;
    private volatile long lastAckNanos = System.nanoTime();

    /**
     * Who they are.
     *
     * @param name a part of the names of their journals
     * @param first the number of the first of them
     * @param number how many there are
     * @param generation of the first lists they append to
     */
    record Crew(String name, int first, int number, int generation) {}

    /**
     * Lets nobody begin yet.
     *
     * @param most how many operations there are to be
     * @param pause what everybody waits between two operations
     */
    Clients(Contestant contestant, Path directory, long seed, Crew crew, long most, Duration pause) throws IOException {
        this.contestant = contestant;
        this.most = most;
        this.pause = pause;
        for (int client = crew.first(); client < crew.first() + crew.number(); client++) {
            clients.add(new Client(
                    new Workload(seed, client, crew.generation()), Journal.of(directory, crew.name() + "-" + client)));
        }
    }

    /** Completes when all have stopped. */
    Mono<Void> run() {
        return Flux.fromIterable(clients)
                .flatMap(client -> client.run(), clients.size())
                .then();
    }

    /** Lets everybody end what he does, and do nothing more. */
    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped || begun.get() >= most;
    }

    long begun() {
        return begun.get();
    }

    long acknowledged() {
        return acknowledged.get();
    }

    long cancels() {
        return cancels.sum();
    }

    /** {@link System#nanoTime()} of the last success. */
    long lastAckNanos() {
        return lastAckNanos;
    }

    @Override
    public void close() {
        scheduler.dispose();
        for (Client client : clients) {
            try {
                client.journal.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    private final class Client {

        private final Workload workload;
        private final Journal journal;

        Client(Workload workload, Journal journal) {
            this.workload = workload;
            this.journal = journal;
        }

        Mono<Void> run() {
            return Mono.defer(this::one)
                    .then(pause.isZero() ? Mono.<Long>empty() : Mono.delay(pause))
                    .subscribeOn(scheduler)
                    .repeat(() -> !isStopped())
                    .then();
        }

        private Mono<Void> one() {
            Operation operation = workload.next(begun.getAndIncrement());
            Witness witness = new Witness();
            journal.intend(
                    operation.id(),
                    operation.kind().name(),
                    operation.variant(),
                    operation.client(),
                    operation.tenant(),
                    operation.serializable());
            long since = System.nanoTime();
            Mono<Verdict> running =
                    contestant.run(operation, witness).timeout(GENEROUS, Mono.just(Verdict.of(Told.NOTHING, "")));
            if (operation.kind() == OperationKind.CANCEL) {
                // Not takeUntilOther, which can complete before it has handed its subscription down.
                running = Mono.firstWithSignal(
                        running,
                        Mono.delay(Duration.ofNanos(1_000L * operation.cancelMicros()))
                                .then(Mono.empty()));
            }
            return running.publishOn(scheduler)
                    .doOnNext(verdict -> tell(operation, verdict, witness, since))
                    .switchIfEmpty(Mono.defer(() -> left(operation, witness, since)))
                    .flatMap(verdict -> verdict.told() == Told.NOT_STARTED ? Mono.delay(AFTER_REFUSAL) : Mono.empty())
                    .then();
        }

        private void tell(Operation operation, Verdict verdict, Witness witness, long since) {
            String seen = verdict.told() == Told.ACK
                    ? witness.seen().stream()
                            .map(one -> one.key() + ":" + one.length() + ":" + one.digest())
                            .collect(Collectors.joining(" "))
                    : "";
            journal.tell(
                    operation.id(),
                    verdict.told(),
                    verdict.attempts(),
                    micros(since),
                    verdict.doubted(),
                    seen,
                    verdict.error());
            witness.alarms().forEach(alarm -> journal.alarm(operation.id(), alarm));
            if (verdict.told() == Told.ACK) {
                acknowledged.incrementAndGet();
                lastAckNanos = System.nanoTime();
            }
        }

        private Mono<Verdict> left(Operation operation, Witness witness, long since) {
            cancels.increment();
            journal.tell(operation.id(), Told.LEFT, 0, micros(since), false, "", "");
            return contestant.afterCancel(operation).publishOn(scheduler).doOnNext(verdict -> {
                journal.hear(operation.id(), verdict.told(), verdict.attempts(), micros(since), verdict.doubted());
                witness.alarms().forEach(alarm -> journal.alarm(operation.id(), alarm));
            });
        }

        private static long micros(long since) {
            return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - since);
        }
    }
}
