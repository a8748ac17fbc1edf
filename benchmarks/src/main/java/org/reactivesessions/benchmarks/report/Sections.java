package org.reactivesessions.benchmarks.report;

import static org.reactivesessions.benchmarks.report.Better.HIGHER;
import static org.reactivesessions.benchmarks.report.Better.LOWER;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the page says of each suite, in its order. A suite without results has no section. Stateless. */
final class Sections {

    private static final String TX = "tx/s";
    private static final Map<String, String> ALL = Map.of();

    private Sections() {}

    static List<Section> all() {
        return List.of(
                overhead(),
                throughput(),
                concurrency(),
                latency(),
                open(),
                exact(),
                waiting(),
                rows(),
                slowConsumer(),
                cancel(),
                contention(),
                marker(),
                acquisition(),
                health(),
                scope(),
                floor(),
                http());
    }

    private static Section overhead() {
        return new Section(
                "overhead",
                "How long does one transaction take for a single caller?",
                "One caller who waits for each transaction, on loopback. READ1 is BEGIN, a SELECT by key, COMMIT; WRITE3 is"
                        + " BEGIN, UPDATE, SELECT, INSERT, COMMIT. The settings are REPEATABLE READ, a limit for statements, one"
                        + " for locks, and a tenant. A caller who blocks pays for the way to an event loop and back, which JDBC"
                        + " does not have.",
                List.of(
                        View.bars("overhead", "One transaction", "median, µs", ALL, "transaction", LOWER),
                        View.table("The slowest of a hundred", "p99, µs", ALL, "transaction", LOWER)));
    }

    private static Section throughput() {
        List<View> views = new ArrayList<>();
        for (String network : List.of("loopback", "0.5 ms each way")) {
            views.add(View.bars(
                    network.equals("loopback") ? "throughput-loopback" : "throughput-network",
                    "Transactions per second, " + network,
                    TX,
                    Map.of("network", network),
                    "workload",
                    HIGHER));
            views.add(View.table(
                    "Processor time of the JVM for one, " + network,
                    "cpu, µs",
                    Map.of("network", network),
                    "workload",
                    LOWER));
        }
        return new Section(
                "throughput",
                "How many transactions per second, against what one would use instead?",
                "All contenders in one JVM, each with its pool open, one right after the other, round by round; who begins changes"
                        + " from round to round. Loopback with 64 callers, where the processor is the limit, and 0.5 ms each way with"
                        + " 256, where the pool is. The proxy that makes the latency shares the processor, so rows of different"
                        + " networks are not to be compared.",
                views);
    }

    private static Section concurrency() {
        return new Section(
                "concurrency",
                "What if more callers come than there are connections?",
                "READ1 on loopback and 16 connections, callers who each begin a transaction when their last one has ended."
                        + " Callers of JDBC have a thread each.",
                List.of(View.lines("concurrency", "READ1 by number of callers", TX, ALL, "callers", HIGHER)));
    }

    private static Section latency() {
        return new Section(
                "latency",
                "What does the distance to the server do?",
                "256 callers on 16 connections. Everything goes through the same proxy, also where it adds nothing.",
                List.of(
                        View.lines(
                                "latency-read1",
                                "READ1 by round trip",
                                TX,
                                Map.of("workload", "READ1"),
                                "added ms per round trip",
                                HIGHER),
                        View.lines(
                                "latency-write3",
                                "WRITE3 by round trip",
                                TX,
                                Map.of("workload", "WRITE3"),
                                "added ms per round trip",
                                HIGHER)));
    }

    private static Section open() {
        List<View> views = new ArrayList<>();
        for (String network : List.of("loopback", "0.5 ms each way")) {
            Map<String, String> where = Map.of("network", network);
            String short_ = network.equals("loopback") ? "loopback" : "network";
            views.add(View.table("Arrivals, " + network, "arrivals/s", where, "load", HIGHER));
            views.add(View.table("The middle, " + network, "p50, ms", where, "load", LOWER));
            views.add(View.lines("open-" + short_, "One of a hundred, " + network, "p99, ms", where, "load", LOWER));
            views.add(View.table("One of a thousand, " + network, "p99.9, ms", where, "load", LOWER));
            views.add(View.table("At one rate, " + network, "ms at one rate", where, "of the callers", LOWER));
        }
        return new Section(
                "open",
                "How long does it take when callers do not wait for each other?",
                "READ1, callers who come at random times decided before, whether those before them were served or not, in percent of"
                        + " what the same contender could do just before, so a row's rates are its own, and then at one rate for all, which is"
                        + " 80 % of what the slowest of them could do. A time counts from when one was to come, so nothing hides behind a"
                        + " stall; what the arriving thread is late by counts too. Above 100 % the"
                        + " queue grows until the end, and all of them are let wait: how long depends on how long the run is. JDBC on"
                        + " platform threads has 200 of them, as a servlet container has.",
                views);
    }

    private static Section exact() {
        return new Section(
                "exact",
                "What can be counted?",
                "The same on every machine: round trips and messages by the fault proxy on warm connections; bytes over all threads of"
                        + " the JVM, with one caller who waits (those of virtual threads cannot be counted, and are those of"
                        + " jdbc). – is what a contender has not.",
                List.of(
                        View.table("Round trips of a scope", "round trips", ALL, "scope", LOWER),
                        View.table("Messages of both sides", "messages", ALL, "scope", LOWER),
                        View.bars("bytes", "Bytes allocated by a transaction", "bytes", ALL, "transaction", LOWER)));
    }

    private static Section waiting() {
        return new Section(
                "waiting",
                "What do 10,000 callers cost who wait for 16 connections?",
                "Memory and threads in a JVM of its own for each contender, while a lock on the server holds every"
                        + " connection: the heap after full collections, what the process has in memory beside it, and the threads"
                        + " there are more than before. The callers of JDBC on platform threads wait for one of 200, as in a servlet"
                        + " container. The times are of READ1; the ideal queue lets n callers wait for n divided by what 64 callers"
                        + " are served in a second.",
                List.of(
                        View.list("Heap", "bytes of heap for each", ALL, LOWER),
                        View.list("Memory beside the heap", "KiB beside the heap for each", ALL, LOWER),
                        View.list("Threads", "threads more", ALL, LOWER),
                        View.table(
                                "p99 of all, to the ideal queue",
                                "p99 to the ideal queue, times",
                                ALL,
                                "network",
                                LOWER)));
    }

    private static Section rows() {
        return new Section(
                "rows",
                "What does a large result cost?",
                "A transaction with one SELECT of so many rows, each of which is read, for one caller on loopback.",
                List.of(View.bars("rows", "One transaction by rows", "median, µs", ALL, "rows", LOWER)));
    }

    private static Section slowConsumer() {
        return new Section(
                "slow-consumer",
                "What piles up before a slow reader?",
                "10,000 rows in one transaction, with a fetch size and without, and a reader who takes 20 µs for each. Half-way"
                        + " through, the heap is looked at after full collections, which give whoever reads ahead the time to."
                        + " Without a fetch size JDBC and Vert.x hold all rows before the first is seen.",
                List.of(
                        View.table("Until the last row", "ms", ALL, "fetch size", LOWER),
                        View.table("Heap held half-way", "KiB", ALL, "fetch size", LOWER)));
    }

    private static Section cancel() {
        return new Section(
                "cancel",
                "When is a connection of use again whose query was cancelled?",
                "A pool of one. A query of 10,000,000 rows is cancelled at its first row; the time is until the next caller has been"
                        + " served. JDBC reads with a fetch size of 256, because it would hold all rows otherwise, and closes the result;"
                        + " so would the others have little to cancel with one. Vert.x cancels no query of a pool.",
                List.of(View.list("From the cancel to the next answer", "ms", ALL, LOWER)));
    }

    private static Section contention() {
        List<View> views = new ArrayList<>();
        for (String network : List.of("loopback", "0.5 ms each way")) {
            Map<String, String> where = Map.of("network", network);
            views.add(View.table("Increments, " + network, "increments/s", where, "balances", HIGHER));
            views.add(View.table("Attempts for one, " + network, "attempts", where, "balances", LOWER));
            views.add(View.table("Given up, " + network, "given up, %", where, "balances", LOWER));
            views.add(View.table("The longest of all, " + network, "longest, ms", where, "balances", LOWER));
        }
        return new Section(
                "contention",
                "What do callers get who write the same rows and are run again?",
                "SERIALIZABLE increments by 64 callers; after every run it is looked whether one is missing. Ours has 1,000"
                        + " attempts and a budget for them, as has Reactor's retry with a fixed delay of 20 ms around the same"
                        + " transaction; the defaults are `TransactionRetry.defaults()`, with the budget as it comes.",
                views);
    }

    private static Section marker() {
        return new Section(
                "marker",
                "What does it cost to know how a lost COMMIT ended?",
                "WRITE3 with a commit marker and without, on a server whose COMMIT waits for the disk, and on one that flushes"
                        + " nothing. A marker takes no round trip but time of the processors, so it costs least where the pool is"
                        + " the limit and they are not busy, as with 4 connections. The log is that of one caller behind a"
                        + " checkpoint.",
                List.of(
                        View.table("WRITE3 per second", TX, ALL, "network", HIGHER),
                        View.table("WRITE3 per second, nothing flushed", TX + ", fsync off", ALL, "network", HIGHER),
                        View.list("Bytes of a marker in its table", "bytes in the table", ALL, LOWER),
                        View.list("Bytes of a marker in its index", "bytes in its index", ALL, LOWER),
                        View.list("Bytes of log", "bytes of log for one WRITE3", ALL, LOWER)));
    }

    private static Section acquisition() {
        return new Section(
                "acquisition",
                "How long does it take to get a connection that is there?",
                "From asking until it has been given back, nothing done with it; each caller waits on a thread of his own.",
                List.of(
                        View.table("The middle", "median, ms", ALL, "callers", LOWER),
                        View.table("One of a hundred", "p99, ms", ALL, "callers", LOWER)));
    }

    private static Section health() {
        return new Section(
                "health",
                "How long does health() take?",
                "One caller, one after another, on loopback.",
                List.of(
                        View.list("The middle", "median, ms", ALL, LOWER),
                        View.list("One of a hundred", "p99, ms", ALL, LOWER)));
    }

    private static Section scope() {
        return new Section(
                "scope",
                "What does the scope cost, against a driver's connection used directly?",
                "READ1 on loopback with as many connections as callers, so nobody waits for one. Directly means that a"
                        + " caller has a connection for himself: no pool, no clean-up, no protection.",
                List.of(View.table("READ1 per second", TX, ALL, "callers", HIGHER)));
    }

    private static Section floor() {
        return new Section(
                "floor",
                "Where is the limit?",
                "`SELECT 1` without a transaction by the driver on a single connection: one after another, and 64 of them on their way"
                        + " at a time. Nobody can do more on one connection of this driver.",
                List.of(View.list("SELECT 1", "per second", ALL, HIGHER)));
    }

    private static Section http() {
        return new Section(
                "http",
                "What does a caller of a whole service see?",
                "The same endpoint three times, at a fixed rate of arrivals, counted from when one was to come.",
                List.of(
                        View.table("The middle", "p50, ms", ALL, "endpoint", LOWER),
                        View.table("One of a hundred", "p99, ms", ALL, "endpoint", LOWER)));
    }
}
