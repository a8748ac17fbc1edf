package org.reactivesessions.benchmarks;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.reactivesessions.health.HealthStatus;
import org.reactivesessions.pool.PoolStatus;
import reactor.core.publisher.Mono;

/** Some instances of a service, each with a pool of its own, who take turns. Owns the pools. */
final class Fleet implements ReactiveContender {

    private final List<Ours> instances;
    private final AtomicInteger next = new AtomicInteger();

    /** Opens them as services start: each is asked how it is, and serves a first read. */
    Fleet(Tier tier, int count, Endpoint endpoint) {
        instances = Stream.generate(() -> Ours.with(endpoint, tier::applyTo))
                .limit(count)
                .toList();
        for (Ours instance : instances) {
            HealthStatus health = instance.health().status();
            if (health != HealthStatus.UP) {
                throw new IllegalStateException("an instance is " + health + " at its start");
            }
            instance.once(Workload.READ1, 0);
        }
    }

    /** The sum of a figure of all pools. */
    int sum(ToIntFunction<PoolStatus> figure) {
        return instances.stream()
                .mapToInt(instance -> figure.applyAsInt(instance.poolStatus()))
                .sum();
    }

    /** How often nobody got a connection in time. */
    long timeouts() {
        return instances.stream()
                .mapToLong(instance -> instance.poolStatus().timeouts())
                .sum();
    }

    private Ours inTurn() {
        return instances.get(Math.floorMod(next.getAndIncrement(), instances.size()));
    }

    @Override
    public Mono<Long> read1(int id) {
        return inTurn().read1(id);
    }

    @Override
    public Mono<Long> write3(int id) {
        return inTurn().write3(id);
    }

    @Override
    public void close() {
        instances.forEach(Ours::close);
    }
}
