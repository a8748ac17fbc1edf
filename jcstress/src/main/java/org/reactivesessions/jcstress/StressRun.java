package org.reactivesessions.jcstress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.GradingResult;
import org.openjdk.jcstress.infra.grading.ReportUtils;
import org.openjdk.jcstress.infra.runners.TestList;
import org.reactivesessions.jcstress.planted.CheckThenAct;

/**
 * Runs all races and writes down which ends were seen, and how often. It fails if a forbidden one was, or a race did not run, or
 * the one that is wrong on purpose was not found. Stateless.
 */
public final class StressRun {

    private static final String PLANTED = CheckThenAct.class.getName();
    private static final String ROOT = "org.reactivesessions.";

    /** What was seen of one race. */
    private record Seen(String name, TestResult result) {

        boolean isPlanted() {
            return name.equals(PLANTED);
        }

        Collection<GradingResult> ends() {
            return result.grading().gradingResults.values();
        }

        long forbidden() {
            return ends().stream()
                    .filter(end -> end.expect == Expect.FORBIDDEN)
                    .mapToLong(end -> end.count)
                    .sum();
        }

        boolean isAsItMustBe() {
            boolean ran = result.getTotalCount() > 0 && result.status() == Status.NORMAL;
            return ran && isPlanted() == forbidden() > 0;
        }
    }

    private StressRun() {}

    /**
     * Runs the races.
     *
     * @param arguments the file to write, and what jcstress is told
     */
    public static void main(String[] arguments) throws Exception {
        Path report = Path.of(arguments[0]);
        String[] told = Arrays.copyOfRange(arguments, 1, arguments.length);
        Options options = new Options(told);
        if (!options.parse()) {
            System.exit(2);
        }
        JCStress jcstress = new JCStress(options);
        Collection<String> races = jcstress.getTests();
        try {
            jcstress.run();
        } catch (AssertionError found) {
            System.err.println("Found, as the one that is wrong on purpose must be: " + found.getMessage());
        }
        List<Seen> seen = seen(options);
        List<String> lines = page(told, seen);
        lines.forEach(System.out::println);
        if (races.size() == TestList.tests().size()) { // otherwise it is somebody's choice of races
            Files.write(report, lines);
        }
        boolean complete = seen.size() == races.size();
        System.exit(complete && seen.stream().allMatch(Seen::isAsItMustBe) ? 0 : 1);
    }

    private static List<Seen> seen(Options options) throws IOException, ClassNotFoundException {
        InProcessCollector collector = new InProcessCollector();
        DiskReadCollector disk = new DiskReadCollector(options.getResultFile(), collector);
        disk.dump();
        disk.close();
        Map<String, Seen> byName = new TreeMap<>();
        for (TestResult result : ReportUtils.mergedByName(collector.getTestResults())) {
            byName.put(result.getName(), new Seen(result.getName(), result));
        }
        return List.copyOf(byName.values());
    }

    private static List<String> page(String[] told, List<Seen> seen) {
        List<String> lines = new ArrayList<>();
        lines.add("command   mvn -q -pl jcstress -am compile exec:exec -Djcstress.skip=false \"-Djcstress.args="
                + String.join(" ", told) + "\"");
        lines.add("machine   " + Runtime.getRuntime().availableProcessors() + " processors, "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        lines.add("jvm       " + System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        lines.add("races     " + seen.stream().filter(each -> !each.isPlanted()).count() + " of core, "
                + count(seen.stream()
                        .filter(each -> !each.isPlanted())
                        .mapToLong(each -> each.result().getTotalCount())
                        .sum())
                + " times");
        lines.add("forbidden "
                + count(seen.stream()
                        .filter(each -> !each.isPlanted())
                        .mapToLong(Seen::forbidden)
                        .sum())
                + " of core, "
                + count(seen.stream()
                        .filter(Seen::isPlanted)
                        .mapToLong(Seen::forbidden)
                        .sum())
                + " of the one that is wrong on purpose");
        for (Seen each : seen) {
            lines.add("");
            lines.add(each.name().substring(ROOT.length())
                    + (each.isAsItMustBe() ? "" : ": FAILED " + each.result().getMessages()));
            each.ends().stream()
                    .filter(end -> end.count > 0 || end.expect == Expect.ACCEPTABLE)
                    .map(StressRun::line)
                    .forEach(lines::add);
        }
        return lines;
    }

    private static String line(GradingResult end) {
        return String.format(
                Locale.ROOT,
                "  %,14d  %-32s  %s%s",
                end.count,
                end.id,
                end.expect == Expect.FORBIDDEN ? "FORBIDDEN: " : "",
                end.description);
    }

    private static String count(long figure) {
        return String.format(Locale.ROOT, "%,d", figure);
    }
}
