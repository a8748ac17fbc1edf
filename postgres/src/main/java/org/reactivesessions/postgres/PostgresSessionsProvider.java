package org.reactivesessions.postgres;

import java.time.Duration;
import java.util.regex.Pattern;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.SessionsProvider;
import org.reactivesessions.pool.PoolOptions;

/**
 * Makes sessions for PostgreSQL as {@code PostgresSessions.builder().url(url).build()} does, but for the patience, for who finds it by
 * {@link java.util.ServiceLoader}.
 *
 * <p>Stateless and therefore thread-safe.
 *
 * @since 0.1
 */
public final class PostgresSessionsProvider implements SessionsProvider {

    private static final Pattern SCHEME = Pattern.compile("(?:r2dbc:)?postgres(?:ql)?://.*", Pattern.DOTALL);

    /** Made by {@link java.util.ServiceLoader}. */
    public PostgresSessionsProvider() {}

    @Override
    public boolean supports(String url) {
        return SCHEME.matcher(url).matches();
    }

    @Override
    public ReactiveSessions create(String url, Duration patience) {
        return PostgresSessions.builder()
                .url(url)
                .pool(PoolOptions.defaults().acquireTimeout(patience).createTimeout(patience))
                .build();
    }
}
