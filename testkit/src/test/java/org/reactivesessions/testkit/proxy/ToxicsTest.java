package org.reactivesessions.testkit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ToxicsTest {

    private final Toxics toxics = new Toxics();

    /** The sizes of what is written, one by one. */
    private static final class Writes extends ByteArrayOutputStream {
        private final List<Integer> sizes = new ArrayList<>();

        @Override
        public synchronized void write(byte[] bytes, int start, int length) {
            sizes.add(length);
            super.write(bytes, start, length);
        }
    }

    private long[] latencies() {
        return LongStream.generate(toxics::nextLatencyNanos).limit(1_000).toArray();
    }

    @Test
    void jitterMustStayWithinItsBoundsAndBeTheSameForASeed() {
        toxics.latency(Duration.ofNanos(1_000), Duration.ofNanos(400)).seed(7);
        long[] first = latencies();
        assertThat(LongStream.of(first).min().orElseThrow()).isBetween(600L, 650L);
        assertThat(LongStream.of(first).max().orElseThrow()).isBetween(1_350L, 1_400L);
        toxics.seed(7);
        assertThat(latencies()).isEqualTo(first);
        toxics.seed(8);
        assertThat(latencies()).isNotEqualTo(first);
        toxics.latency(Duration.ofNanos(5));
        assertThat(latencies()).containsOnly(5);
    }

    @Test
    void slicesMustBeOfTheirSizesAndLoseNothing() throws Exception {
        byte[] bytes = new byte[1_000];
        for (int index = 0; index < bytes.length; index++) {
            bytes[index] = (byte) index;
        }
        Writes writes = new Writes();
        toxics.slicer(10, 3, Duration.ZERO);
        assertThat(new Outlet(writes, toxics).write(bytes)).isTrue();
        assertThat(writes.toByteArray()).isEqualTo(bytes);
        assertThat(writes.sizes.subList(0, writes.sizes.size() - 1)).allMatch(size -> size >= 7 && size <= 13);
        assertThat(writes.sizes).contains(7, 13);

        writes.sizes.clear();
        toxics.clear();
        assertThat(new Outlet(writes, toxics).write(bytes)).isTrue();
        assertThat(writes.sizes).containsExactly(1_000);
    }

    @Test
    void whatIsBeyondTheLimitMustNotLeave() throws Exception {
        Writes writes = new Writes();
        toxics.limitData(25);
        Outlet outlet = new Outlet(writes, toxics);
        assertThat(outlet.write(new byte[20])).isTrue();
        assertThat(outlet.write(new byte[20])).isFalse();
        assertThat(writes.sizes).containsExactly(20, 5);
        assertThat(outlet.write(new byte[1])).isFalse();
        assertThat(writes.size()).isEqualTo(25);
    }

    @Test
    void bandwidthMustTellHowLongALinkIsBusy() {
        assertThat(toxics.nanosFor(1_000)).isZero();
        toxics.bandwidth(2_000);
        assertThat(toxics.nanosFor(1_000)).isEqualTo(500_000_000);
        assertThat(toxics.nextSlice(1_000)).as("a tenth of a second").isEqualTo(200);
        assertThat(toxics.bandwidth(1).nextSlice(1_000)).isEqualTo(1);
    }

    @Test
    void bytesMustWaitForTheOnesBeforeThem() throws IOException, InterruptedException {
        Outlet outlet = new Outlet(new Writes(), toxics.bandwidth(10_000));
        long start = System.nanoTime();
        outlet.write(new byte[2_000]);
        outlet.write(new byte[1]);
        assertThat(System.nanoTime() - start)
                .isGreaterThanOrEqualTo(Duration.ofMillis(200).toNanos());
    }

    @Test
    void whatCannotBeMustBeRefused() {
        refused(() -> toxics.latency(Duration.ofMillis(-1)), "latency must not be negative, but was PT-0.001S");
        refused(
                () -> toxics.latency(Duration.ofMillis(1), Duration.ofMillis(2)),
                "jitter (PT0.002S) must not be longer than latency (PT0.001S)");
        refused(() -> toxics.bandwidth(0), "bandwidth must be >= 1, but was 0");
        refused(() -> toxics.slicer(0, 0, Duration.ZERO), "averageSize must be >= 1, but was 0");
        refused(() -> toxics.slicer(5, -1, Duration.ZERO), "sizeVariation must be >= 0, but was -1");
        refused(() -> toxics.slicer(5, 5, Duration.ZERO), "sizeVariation (5) must be less than averageSize (5)");
        refused(
                () -> toxics.slicer(5, 0, Duration.ofNanos(-1)),
                "between must not be negative, but was PT-0.000000001S");
        refused(() -> toxics.limitData(-1), "limitData must be >= 0, but was -1");
        refused(() -> toxics.slowClose(Duration.ofSeconds(-1)), "slowClose must not be negative, but was PT-1S");
        refused(() -> toxics.timeout(Duration.ofSeconds(-1)), "timeout must not be negative, but was PT-1S");
        refused(() -> toxics.resetPeer(Duration.ofSeconds(-1)), "resetPeer must not be negative, but was PT-1S");
    }

    private static void refused(Runnable mistake, String message) {
        assertThatThrownBy(mistake::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
