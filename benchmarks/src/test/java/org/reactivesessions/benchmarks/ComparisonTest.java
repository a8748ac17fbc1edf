package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivesessions.benchmarks.Load.Sample;
import org.reactivesessions.benchmarks.report.Spread;

class ComparisonTest {

    private static Figure figure(int round, Entrant contender, double perSecond) {
        return new Figure(Network.LOOPBACK, Workload.READ1, round, contender, new Sample(perSecond, 10 * round));
    }

    @Test
    void theMedianRatioMustBeThatOfTheRounds() {
        Comparison comparison = Comparison.of(List.of(
                        figure(1, Entrant.OURS, 90),
                        figure(1, Entrant.BYHAND, 100),
                        figure(2, Entrant.BYHAND, 1_000),
                        figure(2, Entrant.OURS, 3_000),
                        figure(3, Entrant.OURS, 110),
                        figure(3, Entrant.BYHAND, 100)))
                .get(0);

        assertThat(comparison.ratio(Entrant.BYHAND)).isEqualTo(new Spread(1.1, 0.9, 3));
        assertThat(comparison.ratio(Entrant.OURS)).isEqualTo(new Spread(1, 1, 1));
        assertThat(comparison.perSecond(Entrant.OURS)).isEqualTo(new Spread(110, 90, 3_000));
        assertThat(comparison.cpuMicros(Entrant.BYHAND)).isEqualTo(new Spread(20, 10, 30));
    }

    @Test
    void theMedianOfAnEvenNumberMustLieBetweenTheMiddleTwo() {
        assertThat(Spread.of(4, 1, 2, 3)).isEqualTo(new Spread(2.5, 1, 4));
    }

    @Test
    void noFigureMustBeRefused() {
        assertThatThrownBy(Spread::of)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one");
    }

    @Test
    void aContenderWithOtherRoundsMustBeRefused() {
        Comparison comparison = Comparison.of(List.of(figure(1, Entrant.OURS, 1), figure(2, Entrant.JDBC, 1)))
                .get(0);

        assertThatThrownBy(() -> comparison.ratio(Entrant.JDBC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must have the same rounds, but have [1] and [2]");
    }

    @Test
    void networksAndWorkloadsMustNotMix() {
        List<Comparison> comparisons = Comparison.of(List.of(
                new Figure(Network.LATENCY, Workload.READ1, 1, Entrant.OURS, new Sample(1, 1)),
                new Figure(Network.LOOPBACK, Workload.WRITE3, 1, Entrant.OURS, new Sample(2, 1)),
                new Figure(Network.LOOPBACK, Workload.READ1, 1, Entrant.OURS, new Sample(3, 1))));

        assertThat(comparisons)
                .extracting(comparison -> comparison.perSecond(Entrant.OURS).median())
                .containsExactly(3.0, 2.0, 1.0);
    }

    @Test
    void everybodyMustBeginInTurnAndFollowDifferentOnes() {
        List<Entrant> three = List.of(Entrant.OURS, Entrant.BYHAND, Entrant.SPRING);

        assertThat(Lineup.order(1, three)).containsExactly(Entrant.OURS, Entrant.BYHAND, Entrant.SPRING);
        assertThat(Lineup.order(2, three)).containsExactly(Entrant.BYHAND, Entrant.OURS, Entrant.SPRING);
        assertThat(Lineup.order(3, three)).containsExactly(Entrant.SPRING, Entrant.OURS, Entrant.BYHAND);
        assertThat(Lineup.order(4, three)).startsWith(Entrant.OURS);
    }
}
