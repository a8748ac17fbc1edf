package org.reactivesessions.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.reactivesessions.benchmarks.report.Spread;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * How much memory a caller takes who waits for a connection: every connection is held by a transaction, the heap is looked at,
 * more callers subscribe, and it is looked at again. Callers who wait for nothing show what of it belongs to the measurement.
 * Not thread-safe.
 */
final class WaitingMemory {

    private static final String NOBODY = "Mono.never(), the measurement itself";
    private static final int CLASSES_SHOWN = 20;

    /** Bytes per caller, at most. */
    private static final double TARGET = 4 * 1_024;

    private final Map<String, HoldingContender> contenders;
    private final int callers;
    private final int rounds;
    private final PrintStream out;

    /** @param contenders nobody else uses their connections */
    WaitingMemory(Map<String, HoldingContender> contenders, int callers, int rounds, PrintStream out) {
        this.contenders = contenders;
        this.callers = callers;
        this.rounds = rounds;
        this.out = out;
    }

    /**
     * What one look gave.
     *
     * @param perCaller bytes of the heap
     * @param heap bytes in use while they wait
     * @param threads how many there are then
     * @param grown which classes, with bytes
     */
    private record Look(double perCaller, long heap, int threads, List<Map.Entry<String, Long>> grown) {}

    void measure() throws InterruptedException {
        out.printf(
                Locale.ROOT,
                "%nHeap of %,d callers who wait while all %d connections are held: bytes for each, after full collections%n",
                callers,
                Contender.POOL);
        Map<String, List<Look>> looks = new LinkedHashMap<>();
        for (int number = 0; number <= rounds; number++) {
            take(number, NOBODY, nobody(), looks);
            for (Map.Entry<String, HoldingContender> contender : contenders.entrySet()) {
                take(number, contender.getKey(), held(contender.getValue()), looks);
            }
        }
        print(looks);
    }

    /** The first round fills buffers and caches, and loads classes. */
    private void take(int number, String kind, Look look, Map<String, List<Look>> looks) {
        if (number > 0) {
            looks.computeIfAbsent(kind, first -> new ArrayList<>()).add(look);
            out.printf(Locale.ROOT, "  round %2d   %-36s   %,7.0f%n", number, kind, look.perCaller());
        }
    }

    private Look nobody() {
        WaitingLine line = new WaitingLine(callers);
        Look look = look(line, id -> Mono.never());
        line.cancel();
        return look;
    }

    private Look held(HoldingContender contender) throws InterruptedException {
        Sinks.Empty<Void> signal = Sinks.empty();
        CountDownLatch begun = new CountDownLatch(Contender.POOL);
        WaitingLine holders = new WaitingLine(Contender.POOL);
        for (int i = 0; i < Contender.POOL; i++) {
            holders.join(contender.hold(Mono.defer(() -> {
                begun.countDown();
                return signal.asMono();
            })));
        }
        if (!begun.await(Load.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(begun.getCount() + " connections could not be held");
        }
        WaitingLine line = new WaitingLine(callers);
        Look look = look(line, contender::read1);
        signal.tryEmitEmpty().orThrow();
        holders.awaitEnd(Load.PATIENCE);
        line.awaitEnd(Load.PATIENCE); // everybody is served in the end
        return look;
    }

    private Look look(WaitingLine line, IntFunction<Mono<Long>> read) {
        HeapContent before = HeapContent.now();
        for (int i = 0; i < callers; i++) {
            line.join(read.apply(i % Bench.ACCOUNTS));
        }
        HeapContent after = HeapContent.now();
        if (line.rest() < callers) {
            throw new IllegalStateException(callers - line.rest() + " did not wait");
        }
        return new Look(
                (double) (after.used() - before.used()) / callers,
                after.used(),
                Thread.getAllStackTraces().size(),
                after.grownSince(before, CLASSES_SHOWN));
    }

    private void print(Map<String, List<Look>> looks) {
        double nobody = median(Objects.requireNonNull(looks.get(NOBODY))).median();
        out.println();
        out.println("| | bytes for each, median | least | most | without the measurement | heap, MiB | threads | |");
        out.println("|---|---:|---:|---:|---:|---:|---:|---|");
        looks.forEach((kind, all) -> {
            Spread bytes = median(all);
            Look last = all.get(all.size() - 1);
            out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %,.0f | %,.0f | %,.0f | %,d | %d | %s |%n",
                    kind,
                    bytes.median(),
                    bytes.least(),
                    bytes.most(),
                    bytes.median() - nobody,
                    last.heap() >> 20,
                    last.threads(),
                    kind.equals(WaitingCallers.OURS) ? verdict(bytes.median() - nobody) : "");
        });
        looks.forEach((kind, all) -> {
            if (!kind.equals(NOBODY)) {
                out.printf("%nWhere it goes, %s, last round: bytes for each%n", kind);
                all.get(all.size() - 1)
                        .grown()
                        .forEach(grown -> out.printf(
                                Locale.ROOT, "  %,7.0f   %s%n", (double) grown.getValue() / callers, grown.getKey()));
            }
        });
    }

    private static Spread median(List<Look> looks) {
        return Spread.of(looks.stream().mapToDouble(Look::perCaller).toArray());
    }

    private static String verdict(double bytes) {
        return String.format(Locale.ROOT, "target %,.0f: %s", TARGET, bytes <= TARGET ? "reached" : "missed");
    }
}
