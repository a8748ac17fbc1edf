package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivesessions.benchmarks.report.RunSize;

class BenchmarkOptionsTest {

    private static BenchmarkOptions parse(String... arguments) {
        return BenchmarkOptions.parse(entrant -> Optional.empty(), arguments);
    }

    private static BenchmarkOptions parseOnJdk17(String... arguments) {
        return BenchmarkOptions.parse(
                entrant -> entrant == Entrant.JDBC_VT
                        ? Optional.of("virtual threads need JDK 21 or later, but this is 17")
                        : Optional.empty(),
                arguments);
    }

    @Test
    void optionsMustBeRead() {
        BenchmarkOptions options =
                parse("--size", "full", "--resume", "--suites", "open,exact", "--contenders", "jdbc-vt,ours,ours");

        assertThat(options.size()).isEqualTo(RunSize.FULL);
        assertThat(options.resume()).isTrue();
        assertThat(options.suites()).extracting(Suite::name).containsExactly("open", "exact");
        assertThat(options.contenders()).containsExactly(Entrant.JDBC_VT, Entrant.OURS);
    }

    @Test
    void withoutOptionsItMustBeShortAndOfEverything() {
        BenchmarkOptions options = parse();

        assertThat(options.size()).isEqualTo(RunSize.SHORT);
        assertThat(options.resume()).isFalse();
        assertThat(options.suites()).hasSameSizeAs(Suites.all());
        assertThat(options.contenders()).containsExactly(Entrant.values());
        assertThat(options.leftOut()).isEmpty();
    }

    @Test
    void forThePageAloneNothingMustBeMeasured() {
        assertThat(parse("--page").suites()).isEmpty();
    }

    @Test
    void whoeverCannotTakePartMustBeLeftOutWithANote() {
        BenchmarkOptions options = parseOnJdk17();

        assertThat(options.contenders()).doesNotContain(Entrant.JDBC_VT).contains(Entrant.OURS);
        assertThat(options.leftOut()).containsExactly("jdbc-vt: virtual threads need JDK 21 or later, but this is 17");
    }

    @Test
    void whoeverIsAskedForAndCannotTakePartMustBeRefused() {
        assertThatThrownBy(() -> parseOnJdk17("--contenders", "ours,jdbc-vt"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "--contenders: jdbc-vt cannot take part: virtual threads need JDK 21 or later, but this is 17."
                                + " Leave it out of --contenders, or set JAVA_HOME to such a JDK");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--contenders nobody,ours | --contenders: nobody is no contender; choose from ours, ours-unguarded, byhand,",
                "--suites fast            | --suites: fast is no suite; choose from overhead, throughput,",
                "--size long              | --size: long is no size of a run; choose from short, full",
                "--suites                 | --suites needs a value. Usage: ",
                "--fast                   | --fast is not understood. Usage: "
            })
    void anythingElseMustBeRefusedWithWhatThereIs(String line, String message) {
        assertThatThrownBy(() -> parse(line.strip().split(" ", -1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void theUsageMustNameAllSuitesAndContenders() {
        assertThat(Suites.all())
                .allSatisfy(suite -> assertThat(BenchmarkOptions.USAGE).contains(suite.name()));
        assertThat(Entrant.values())
                .allSatisfy(entrant -> assertThat(BenchmarkOptions.USAGE).contains(entrant.toString()));
    }
}
