package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HeapContentTest {

    private static final String HISTOGRAM = """
             num     #instances         #bytes  class name (module)
            -------------------------------------------------------
               1:         10025         801960  example.Waiting
               2:          4660         246664  [B (java.base@25)
            Total         14685        1048624
            """;

    @Test
    void theHistogramMustBeRead() {
        assertThat(HeapContent.parse(HISTOGRAM)).isEqualTo(Map.of("example.Waiting", 801_960L, "[B", 246_664L));
    }

    @Test
    void whatHasGrownMostMustComeFirst() {
        HeapContent before = new HeapContent(0, Map.of("a", 100L, "b", 100L));
        HeapContent after = new HeapContent(0, Map.of("a", 101L, "b", 120L, "c", 7L));

        assertThat(after.grownSince(before, 2)).containsExactly(Map.entry("b", 20L), Map.entry("c", 7L));
    }

    @Test
    void theJvmMustBeUnderstood() {
        assertThat(HeapContent.now().bytes()).containsKey("java.lang.String");
    }
}
