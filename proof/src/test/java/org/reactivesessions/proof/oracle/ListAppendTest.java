package org.reactivesessions.proof.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.reactivesessions.proof.oracle.ListAppend.Read;
import org.reactivesessions.proof.oracle.ListAppend.Transaction;

/** Histories that can be are taken for such, and each anomaly that is planted is found. */
class ListAppendTest {

    private static final long A = 1;
    private static final long B = 2;
    private static final UUID ONE = new UUID(0, 1);
    private static final UUID TWO = new UUID(0, 2);
    private static final UUID THREE = new UUID(0, 3);

    private static Read read(long key, UUID... elements) {
        return new Read(key, elements.length, Digests.of(Arrays.asList(elements)));
    }

    private static Transaction at(boolean serializable, UUID id, Read... reads) {
        return new Transaction(id, serializable, List.of(reads));
    }

    @Test
    void whatCanBeMustPass() {
        assertThat(ListAppend.anomalies(
                        Map.of(A, List.of(ONE, TWO), B, List.of(ONE, TWO)),
                        List.of(
                                at(true, ONE, read(A, ONE), read(B, ONE)),
                                at(true, TWO, read(A, ONE, TWO), read(B, ONE, TWO)),
                                at(true, THREE, read(A, ONE), read(B, ONE)))))
                .isEmpty();
    }

    /** Whoever is not known to have ended may be there, or may not. */
    @Test
    void anElementOfSomebodyUnknownMustPass() {
        assertThat(ListAppend.anomalies(Map.of(A, List.of(THREE, TWO)), List.of(at(false, TWO, read(A, THREE, TWO)))))
                .isEmpty();
    }

    @Test
    void anElementThatIsThereTwiceMustBeFound() {
        assertThat(ListAppend.anomalies(Map.of(A, List.of(ONE, TWO, ONE)), List.of()))
                .anyMatch(anomaly -> anomaly.startsWith("appended twice"));
    }

    @Test
    void whatWasReadAndIsGoneMustBeFound() {
        assertThat(ListAppend.anomalies(Map.of(A, List.of(ONE)), List.of(at(false, TWO, read(A, ONE, TWO)))))
                .singleElement()
                .asString()
                .startsWith("read and gone");
    }

    @Test
    void aReadThatIsNoBeginningMustBeFound() {
        assertThat(ListAppend.anomalies(
                        Map.of(A, List.of(ONE, TWO, THREE)), List.of(at(false, THREE, read(A, TWO, ONE)))))
                .singleElement()
                .asString()
                .startsWith("read otherwise");
    }

    @Test
    void anElementInTheMiddleThatWasNotSeenMustBeFound() {
        assertThat(ListAppend.anomalies(
                        Map.of(A, List.of(ONE, TWO, THREE)), List.of(at(false, THREE, read(A, ONE, THREE)))))
                .anyMatch(anomaly -> anomaly.startsWith("read otherwise"));
    }

    @Test
    void writesInTwoOrdersMustBeFound() {
        assertThat(ListAppend.anomalies(Map.of(A, List.of(ONE, TWO), B, List.of(TWO, ONE)), List.of()))
                .singleElement()
                .asString()
                .contains("(G1c)");
    }

    /** Each reads what the other one writes, before it is written. */
    @Test
    void twoThatMissEachOtherMustBeFoundAtSerializableOnly() {
        Map<Long, List<UUID>> lists = Map.of(A, List.of(ONE), B, List.of(TWO));
        assertThat(ListAppend.anomalies(
                        lists, List.of(at(false, ONE, read(A, ONE), read(B)), at(false, TWO, read(A), read(B, TWO)))))
                .isEmpty();
        assertThat(ListAppend.anomalies(
                        lists, List.of(at(true, ONE, read(A, ONE), read(B)), at(true, TWO, read(A), read(B, TWO)))))
                .singleElement()
                .asString()
                .contains("(G2)");
        assertThat(ListAppend.anomalies(
                        lists, List.of(at(true, ONE, read(A, ONE), read(B)), at(false, TWO, read(A), read(B, TWO)))))
                .isEmpty();
    }

    @Test
    void digestsMustBeThoseOfTheServer() {
        assertThat(Digests.of(List.of())).isEqualTo("d41d8cd98f00b204e9800998ecf8427e");
        assertThat(Digests.ofPrefixes(List.of(ONE, TWO))).hasSize(3).doesNotHaveDuplicates();
    }
}
