package org.reactivesessions.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.reactivesessions.benchmarks.report.RunSize;

/** What do 10,000 callers cost who wait for 16 connections, and how long do they wait? */
final class WaitingSuite implements Suite {

    private static final int CALLERS = 10_000;

    private static Rounds rounds(RunSize size) {
        return size == RunSize.FULL
                ? new Rounds(3, Duration.ofSeconds(10), Duration.ofSeconds(3))
                : new Rounds(1, Duration.ofMillis(800), Duration.ofMillis(400));
    }

    @Override
    public String name() {
        return "waiting";
    }

    @Override
    public String method(RunSize size) {
        return "memory in a JVM of its own for each contender and round, times in "
                + rounds(size).inWords();
    }

    @Override
    public List<Entrant> among(List<Entrant> who) {
        return who;
    }

    @Override
    public void measure(Bench bench, RunSize size, List<Entrant> who, Collected into)
            throws IOException, InterruptedException {
        Rounds rounds = rounds(size);
        for (int round = 1; round <= rounds.number(); round++) {
            for (Entrant entrant : Lineup.order(round, who)) {
                WaitingProcess.of(entrant, CALLERS).forEach((metric, value) -> into.add(entrant, metric, value));
            }
        }
        IdealQueue queue = new IdealQueue(CALLERS, rounds.length(), rounds.warmUp());
        for (Network network : Network.values()) {
            try (Way way = network.way(bench.direct())) {
                times(network, queue, way.endpoint(), who, rounds, into);
            }
        }
    }

    static void times(
            Network network, IdealQueue queue, Endpoint endpoint, List<Entrant> who, Rounds rounds, Collected into)
            throws InterruptedException {
        Map<Entrant, ReactiveContender> contenders = new LinkedHashMap<>();
        try {
            if (who.contains(Entrant.OURS)) {
                contenders.put(Entrant.OURS, Ours.with(endpoint, builder -> builder.pool(IdealQueue.patient())));
            }
            if (who.contains(Entrant.BYHAND)) {
                contenders.put(Entrant.BYHAND, new ByHand(endpoint));
            }
            for (ReactiveContender contender : contenders.values()) {
                queue.warmUp(contender);
            }
            for (int round = 1; round <= rounds.number(); round++) {
                for (Map.Entry<Entrant, ReactiveContender> contender :
                        Lineup.order(round, List.copyOf(contenders.entrySet()))) {
                    into.add(
                            contender.getKey(),
                            "p99 to the ideal queue, times",
                            queue.p99(contender.getValue()),
                            "network",
                            network);
                }
            }
        } finally {
            contenders.values().forEach(Contender::close);
        }
    }
}
