package org.reactivesessions.wire;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Bind values that are streams, and how they become plain values. Stateless.
 *
 * @since 0.1
 */
public final class BindStreams {

    /** The most bytes of a {@link Blob}, or characters of a {@link Clob}, that are collected: 16 Mi. */
    static final int LIMIT = 16 * 1024 * 1024;

    /** What stands for a stream until it is collected; r2dbc-postgresql would allocate a buffer for the stream itself. */
    static final String PLACEHOLDER = "";

    private BindStreams() {}

    /**
     * Collects a bind value that is a stream.
     *
     * @param value a bind value, possibly a {@link Parameter} around a stream
     * @return a cold mono of the plain value, or {@code null} if the value is no stream; it signals
     *     {@link IllegalArgumentException} if there is more than {@value #LIMIT} of it
     */
    public static @Nullable Mono<Object> collect(Object value) {
        if (value instanceof Blob blob) {
            return bytes(blob);
        }
        if (value instanceof Clob clob) {
            return text(clob);
        }
        if (value instanceof Parameter parameter && parameter.getValue() != null) {
            Mono<Object> inner = collect(parameter.getValue());
            return inner == null ? null : inner.map(whole -> Parameters.in(parameter.getType(), whole));
        }
        return null;
    }

    /**
     * Tells whether a bind value has to be collected.
     *
     * @param value a bind value, possibly a {@link Parameter} around a stream
     * @return whether {@link #collect} returns a mono for it
     */
    public static boolean isStream(Object value) {
        return value instanceof Parameter parameter
                ? parameter.getValue() != null && isStream(parameter.getValue())
                : value instanceof Blob || value instanceof Clob;
    }

    private static Mono<Object> bytes(Blob blob) {
        return Flux.from(blob.stream())
                .collect(ByteArrayOutputStream::new, (whole, part) -> {
                    require(whole.size() + (long) part.remaining(), "Blob", "bytes", "copyIn");
                    byte[] bytes = new byte[part.remaining()];
                    part.duplicate().get(bytes);
                    whole.write(bytes, 0, bytes.length);
                })
                .map(whole -> ByteBuffer.wrap(whole.toByteArray()));
    }

    private static Mono<Object> text(Clob clob) {
        return Flux.from(clob.stream())
                .collect(StringBuilder::new, (whole, part) -> {
                    require(whole.length() + (long) part.length(), "Clob", "characters", "copyIn");
                    whole.append(part);
                })
                .map(StringBuilder::toString);
    }

    private static void require(long size, String kind, String unit, String instead) {
        if (size > LIMIT) {
            throw new IllegalArgumentException("A bound " + kind + " must have at most " + LIMIT + " " + unit
                    + ", because it is collected before the statement is sent; use " + instead + " for more.");
        }
    }
}
