package org.reactivesessions;

import io.r2dbc.spi.Connection;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.wire.GatedConnection;

/** A session on a façade connection. Thread-safe. */
final class DefaultSession implements Session {

    private final GatedConnection connection;
    private final Dialect dialect;

    DefaultSession(GatedConnection connection, Dialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    @Override
    public SqlStatement sql(String sql) {
        connection.requireStatement(sql);
        return new DefaultSqlStatement(connection, dialect, sql);
    }

    @Override
    public SqlStatement sql(String sql, @Nullable Object @Nullable ... arguments) {
        SqlStatement statement = sql(sql);
        if (arguments == null) {
            return statement.bind(0, null);
        }
        for (int index = 0; index < arguments.length; index++) {
            statement.bind(index, arguments[index]);
        }
        return statement;
    }

    @Override
    public Connection connection() {
        return connection;
    }
}
