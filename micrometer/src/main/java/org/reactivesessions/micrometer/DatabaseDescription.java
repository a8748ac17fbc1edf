package org.reactivesessions.micrometer;

import org.jspecify.annotations.Nullable;

/**
 * What database a transaction is one of, in the words of OpenTelemetry. Immutable; carries neither user nor password.
 *
 * @param system its kind, such as {@code postgresql}
 * @param namespace its name, {@code null} if nobody said
 * @param host where it is, {@code null} if nobody said
 * @param port the port there, 0 if nobody said
 * @since 0.1
 */
public record DatabaseDescription(
        String system, @Nullable String namespace, @Nullable String host, int port) {}
