package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    @ParameterizedTest
    @CsvSource({"same,same,0", "POLL,POOL,1", "SZIE,SIZE,1", "'',abc,3", "abc,'',3", "ab,abc,1", "abc,ab,1", "abc,xyz,3"
    })
    void lettersThatDifferMustBeCounted(String one, String other, int letters) {
        assertThat(Nearest.distance(one, other)).isEqualTo(letters);
    }

    @Test
    void theNearestMustBeFound() {
        assertThat(Nearest.to("pol-size", Set.of("pool-size", "port", "url"))).isEqualTo("pool-size");
        assertThat(Nearest.to("a", Set.of("c", "b"))).isEqualTo("b");
    }
}
