package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What a token looks like: UUID version 7. */
class MarkerTokensTest {

    private static final int MANY = 20_000;

    @Test
    void itMustBeginWithTheTimeOfTheProcess() {
        Instant time = Instant.parse("2026-11-25T19:00:00.123Z");

        UUID token = new MarkerTokens(InstantSource.fixed(time)).next();

        assertThat(token.getMostSignificantBits() >>> 16).isEqualTo(time.toEpochMilli());
        assertThat(token.version()).isEqualTo(7);
        assertThat(token.variant()).isEqualTo(2);
    }

    /** A bit that is the same in all of them is not random: the chance is 1 in 2^20000. */
    @Test
    void allOtherBitsMustBeRandomAndNoTwoTokensTheSame() {
        MarkerTokens tokens = new MarkerTokens(InstantSource.fixed(Instant.EPOCH));
        Set<UUID> seen = new HashSet<>();
        long highOr = 0;
        long highAnd = -1;
        long lowOr = 0;
        long lowAnd = -1;
        for (int i = 0; i < MANY; i++) {
            UUID token = tokens.next();
            seen.add(token);
            highOr |= token.getMostSignificantBits();
            highAnd &= token.getMostSignificantBits();
            lowOr |= token.getLeastSignificantBits();
            lowAnd &= token.getLeastSignificantBits();
        }

        assertThat(seen).hasSize(MANY);
        assertThat(highOr).isEqualTo(0x7FFFL);
        assertThat(highAnd).isEqualTo(0x7000L);
        assertThat(lowOr).isEqualTo(0xBFFF_FFFF_FFFF_FFFFL);
        assertThat(lowAnd).isEqualTo(0x8000_0000_0000_0000L);
    }

    /** BlockHound looks on, and event loops are where tokens are made. */
    @Test
    void itMustNotBlock() {
        MarkerTokens tokens = new MarkerTokens(InstantSource.system());
        Flux.range(0, MANY)
                .parallel(2)
                .runOn(Schedulers.parallel())
                .flatMap(each -> Mono.fromSupplier(tokens::next))
                .sequential()
                .distinct()
                .as(StepVerifier::create)
                .expectNextCount(MANY)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);
    }
}
