package org.reactivesessions.postgres.cancelrun;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.reactivesessions.postgres.PostgresDialect;
import org.reactivesessions.postgres.cancelrun.RunOptions.Kind;
import org.reactivesessions.postgres.report.DropWatch;
import org.reactivesessions.postgres.report.Page;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestServers;

/**
 * The program: the library under random cancels, then the mutants, then the contenders. It ends with exit code 1 if a
 * check failed for the library, if a phase saw too few cancels, if a mutant survived, or if one of them came to a
 * standstill. Contenders are only reported.
 *
 * <p>{@code mvn -q -pl postgres -am test-compile exec:exec -DrandomCancelRun.skip=false
 * -DrandomCancelRun.args="--transactions 420000 --seed 1"}
 */
public final class RandomCancelRun {

    private static final int PROGRESS_STEPS = 10;
    /** One aimed transaction for so many by the clock. */
    private static final int CLOCK_PER_AIMED = 5;
    /** One transaction with inner scopes for so many without. */
    private static final int PLAIN_PER_SCOPED = 4;

    private final RunOptions options;
    private final Part part;
    private final PrintStream out;

    private RandomCancelRun(RunOptions options, Part part, PrintStream out) {
        this.options = options;
        this.part = part;
        this.out = out;
    }

    /**
     * Runs it and ends the JVM.
     *
     * @param arguments see {@link RunOptions#parse}
     */
    public static void main(String... arguments) throws InterruptedException, SQLException, IOException {
        RunOptions options = RunOptions.parse(arguments);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        LeakWatch leaks = LeakWatch.install();
        DropWatch drops = DropWatch.install(signal -> false);
        PostgresServer server = TestServers.current();
        Page page = new Page(out);
        Conclusion conclusion = new Conclusion(options, page);
        conclusion.introduce(server);
        new RandomCancelRun(options, new Part(server, leaks, drops), out).runAll(conclusion);
        boolean passed = conclusion.conclude();
        Path report = options.report();
        if (report != null) {
            page.writeTo(report);
        }
        System.exit(passed ? 0 : 1);
    }

    private void runAll(Conclusion conclusion) throws InterruptedException, SQLException {
        List<PartResult> compared = new ArrayList<>();
        boolean moving = true;
        if (options.includes(Kind.OURS)) {
            PartResult ours = run(
                    "ours",
                    options.transactions(),
                    options.transactions() / CLOCK_PER_AIMED,
                    options.seed(),
                    (connections, tracks) -> new Ours(connections.guarded(), new PostgresDialect(), false, tracks));
            conclusion.ours(ours);
            compared.add(ours);
            PartResult scopes = run(
                    "ours, with inner scopes",
                    options.transactions() / PLAIN_PER_SCOPED,
                    0,
                    options.seed() + 1,
                    (connections, tracks) -> new Ours(connections.guarded(), new PostgresDialect(), true, tracks));
            conclusion.alsoOurs(scopes);
            compared.add(scopes);
            PartResult awaited = run(
                    "ours, BEGIN awaited",
                    options.transactions() / PLAIN_PER_SCOPED,
                    0,
                    options.seed() + 2,
                    (connections, tracks) -> new Ours(connections, new PostgresDialect(), false, tracks));
            conclusion.alsoOurs(awaited);
            compared.add(awaited);
            moving = !ours.stalled() && !scopes.stalled() && !awaited.stalled();
        }
        if (moving && options.includes(Kind.MUTANTS)) {
            moving = runMutants(conclusion);
        }
        if (moving && options.includes(Kind.CONTENDERS)) {
            compared.add(runContender("usingWhen", (connections, tracks) -> new Textbook(connections)));
            compared.add(runContender("Spring", (connections, tracks) -> new Spring(connections)));
        }
        conclusion.compared(compared);
    }

    /** {@code false} if one of them came to a standstill. */
    private boolean runMutants(Conclusion conclusion) throws InterruptedException, SQLException {
        for (Mutant mutant : Mutant.values()) {
            int transactions = options.mutants();
            int rounds = 0;
            PartResult result;
            do {
                result =
                        run(mutant.toString(), transactions, transactions, options.seed() + rounds, mutant::contestant);
                rounds++;
            } while (mutant.isWrong()
                    && !result.findings().isDamaged()
                    && rounds * transactions < RunOptions.ENOUGH_FOR_A_MUTANT);
            conclusion.mutant(mutant, rounds, result);
            if (result.stalled()) {
                return false;
            }
        }
        return true;
    }

    private PartResult runContender(String name, Part.Maker maker) throws InterruptedException, SQLException {
        return run(name, options.contenders(), 0, options.seed(), maker);
    }

    private PartResult run(String name, int transactions, int aimed, long seed, Part.Maker maker)
            throws InterruptedException, SQLException {
        int step = Math.max(1, transactions / PROGRESS_STEPS);
        PartResult result = part.run(name, transactions, aimed, seed, maker, started -> {
            if (started > 0 && started % step == 0) {
                out.printf("… %s: %,d of %,d%n", name, started, transactions);
            }
        });
        out.printf("… %s: done in %d s%n", name, result.took().toSeconds());
        return result;
    }
}
