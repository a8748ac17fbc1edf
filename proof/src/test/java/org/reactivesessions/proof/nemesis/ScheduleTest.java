package org.reactivesessions.proof.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The faults of a seed are always the same. */
class ScheduleTest {

    private static final int MANY = 3_000;

    private static List<Event> events(long seed) {
        Schedule schedule = Schedule.of(seed);
        return Stream.generate(schedule::next).limit(MANY).toList();
    }

    @Test
    void oneSeedMustMakeOneSchedule() {
        assertThat(events(7)).isEqualTo(events(7));
        assertThat(events(7)).isNotEqualTo(events(8));
    }

    @Test
    void everyKindMustComeInItsTurn() {
        List<Event> events = events(1);
        assertThat(events.stream().map(Event::fault).collect(Collectors.toSet()))
                .isEqualTo(EnumSet.allOf(FaultKind.class));
        assertThat(events).isSortedAccordingTo((one, other) -> Long.compare(one.at(), other.at()));
        assertThat(events).extracting(Event::number).doesNotHaveDuplicates();
    }

    @Test
    void betweenTheFaultsThereMustBeTimesWithoutAny() {
        List<Event> events = events(1);
        long healed = Stream.iterate(1, index -> index < events.size(), index -> index + 1)
                .filter(index -> events.get(index).at() - events.get(index - 1).at() >= 500)
                .count();
        assertThat(healed).isGreaterThan(10);
    }

    @Test
    void onlyWhatIsAskedForMustCome() {
        Schedule schedule = new Schedule(1, EnumSet.of(FaultKind.SLOW));
        assertThat(Stream.generate(schedule::next).limit(100)).allMatch(event -> event.fault() == FaultKind.SLOW);
    }
}
