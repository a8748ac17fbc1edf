package org.reactivesessions.scripted;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.UUID;
import org.reactivesessions.dialect.CommitMarker;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A marker whose every step is a command of the script: {@code READY}, {@code MARK}, {@code RESOLVE}, {@code PURGE}. Immutable. */
public final class ScriptedMarker implements CommitMarker {

    /** The token of every transaction. */
    public static final UUID TOKEN = UUID.fromString("01890000-0000-7000-8000-000000000000");

    @Override
    public String readiness() {
        return "READY";
    }

    @Override
    public UUID token() {
        return TOKEN;
    }

    @Override
    public Publisher<Void> mark(Connection physical, UUID token, Duration within, boolean always) {
        String command = always ? "MARK ALWAYS" : "MARK";
        return Mono.defer(
                () -> ((ScriptedConnection) physical).send(command, command).end());
    }

    @Override
    public String refusal(Throwable error) {
        return "refused, because: " + error.getMessage();
    }

    @Override
    public String resolution(UUID token) {
        return "RESOLVE";
    }

    @Override
    public String purge() {
        return "PURGE";
    }

    @Override
    public String claim() {
        return "CLAIM";
    }
}
