package org.reactivesessions.proof.journal;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All that the journals say of one operation. Used by one thread. */
public final class Entry {

    private final UUID id;
    private final String kind;
    private final int variant;
    private final int client;
    private final String tenant;
    private final boolean serializable;
    private @Nullable Told told;
    private @Nullable Told heard;
    private @Nullable Told resolved;
    private int attempts;
    private long micros;
    private boolean doubted;
    private String seen = "";
    private String error = "";

    Entry(UUID id, String kind, int variant, int client, String tenant, boolean serializable) {
        this.id = id;
        this.kind = kind;
        this.variant = variant;
        this.client = client;
        this.tenant = tenant;
        this.serializable = serializable;
    }

    void tell(Told what, int itsAttempts, long itsMicros, boolean doubt, String itsSeen, String itsError) {
        told = what;
        attempts = itsAttempts;
        micros = itsMicros;
        doubted = doubt;
        seen = itsSeen;
        error = itsError;
    }

    void hear(Told what, int itsAttempts, long itsMicros, boolean doubt) {
        heard = what;
        attempts = itsAttempts;
        micros = itsMicros;
        doubted = doubt;
    }

    void resolve(Told what) {
        resolved = what;
    }

    public UUID id() {
        return id;
    }

    public String kind() {
        return kind;
    }

    public int variant() {
        return variant;
    }

    /** The number of the client that intended it. */
    public int client() {
        return client;
    }

    public String tenant() {
        return tenant;
    }

    public boolean isSerializable() {
        return serializable;
    }

    /** What its own client was told; {@link Told#OPEN} if that was killed before. */
    public Told told() {
        return told == null ? Told.OPEN : told;
    }

    /** What is known of it in the end, whoever was told. */
    public Told known() {
        if (resolved != null) {
            return resolved;
        }
        return told() == Told.LEFT && heard != null ? heard : told();
    }

    /** What the successor of its client found out, {@code null} if it did not have to. */
    public @Nullable Told resolved() {
        return resolved;
    }

    /** How often it was begun, 0 if that is not known. */
    public int attempts() {
        return attempts;
    }

    /** How long it took. */
    public long micros() {
        return micros;
    }

    /** Whether the answer to COMMIT was lost. */
    public boolean isDoubted() {
        return doubted;
    }

    /** The lists it saw, each {@code key:length:digest}. */
    public List<String> seen() {
        return seen.isEmpty() ? List.of() : List.of(seen.split(" ", -1));
    }

    public String error() {
        return error;
    }

    @Override
    public String toString() {
        return id + " " + kind + "/" + variant + (serializable ? " SERIALIZABLE" : "") + " told " + told()
                + (heard == null ? "" : ", heard " + heard) + (resolved == null ? "" : ", resolved " + resolved)
                + (doubted ? ", doubted" : "") + (error.isEmpty() ? "" : ": " + error);
    }
}
