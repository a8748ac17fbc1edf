package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.NothingDropped;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class BindStreamsTest {

    private static final int PART = 1024 * 1024;
    private static final int FITTING = BindStreams.LIMIT / PART;

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private static Mono<Object> collect(Object value) {
        return Objects.requireNonNull(BindStreams.collect(value));
    }

    @Test
    void aPlainValueMustNotBeCollected() {
        assertThat(BindStreams.collect("text")).isNull();
        assertThat(BindStreams.collect(ByteBuffer.allocate(3))).isNull();
    }

    @Test
    void anEmptyStreamMustBecomeAnEmptyValue() {
        StepVerifier.create(collect(Blob.from(Flux.empty())))
                .expectNext(ByteBuffer.allocate(0))
                .verifyComplete();
        StepVerifier.create(collect(Clob.from(Flux.empty()))).expectNext("").verifyComplete();
    }

    @Test
    void onlyWhatRemainsOfABufferMustBeCollectedAndTheBufferMustStayAsItIs() {
        ByteBuffer buffer = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1).limit(3);

        StepVerifier.create(collect(Blob.from(Mono.just(buffer))))
                .expectNext(ByteBuffer.wrap(new byte[] {2, 3}))
                .verifyComplete();
        assertThat(buffer.remaining()).isEqualTo(2);
    }

    @Test
    void aStreamAtTheLimitMustBeCollected() {
        StepVerifier.create(collect(Blob.from(parts(FITTING))))
                .assertNext(
                        whole -> assertThat(((ByteBuffer) whole).remaining()).isEqualTo(BindStreams.LIMIT))
                .verifyComplete();
        StepVerifier.create(collect(Clob.from(Flux.range(0, FITTING).map(i -> "x".repeat(PART)))))
                .assertNext(whole -> assertThat((String) whole).hasSize(BindStreams.LIMIT))
                .verifyComplete();
    }

    @Test
    void aStreamOverTheLimitMustBeRefusedWithTheLimitAndAWayOut() {
        StepVerifier.create(collect(Blob.from(parts(FITTING).concatWithValues(ByteBuffer.allocate(1)))))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("A bound Blob must have at most 16777216 bytes, because it is collected before the"
                                + " statement is sent; use copyIn for more."));
        StepVerifier.create(collect(Clob.from(
                        Flux.range(0, FITTING).map(i -> "x".repeat(PART)).concatWithValues("y"))))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("16777216 characters"));
    }

    @Test
    void aStreamOverTheLimitMustBeReadNoFurther() {
        StepVerifier.create(collect(Blob.from(parts(FITTING + 1).concatWith(Flux.never()))))
                .verifyError(IllegalArgumentException.class);
    }

    private static Flux<ByteBuffer> parts(int count) {
        return Flux.range(0, count).map(i -> ByteBuffer.allocate(PART));
    }
}
