package org.reactivesessions.proof;

import java.nio.file.Path;
public final class ProofRun {
    public static void main(String... a) throws Exception {
        Hygiene hygiene = Hygiene.install();
        Path dir = Path.of(a[2]);
        Piece piece = PieceRun.of(PieceSettings.of(Long.parseLong(a[0]), Long.parseLong(a[1]), dir).withRecheck(java.time.Duration.ofSeconds(1)), t -> org.reactivesessions.proof.contestant.Ours.open(t, 8, false), hygiene);
        piece.counts().forEach((k, v) -> System.out.println(k + " " + v));
        piece.checks().forEach(c -> System.out.println(c));
        System.exit(0);
    }
}
