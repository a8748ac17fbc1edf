package org.reactivesessions.postgres;

import io.r2dbc.postgresql.api.PostgresqlRow;
import io.r2dbc.postgresql.api.PostgresqlRowMetadata;
import io.r2dbc.postgresql.api.RefCursor;
import io.r2dbc.spi.Result.RowSegment;
import io.r2dbc.spi.Result.Segment;
import io.r2dbc.spi.Row;
import org.jspecify.annotations.Nullable;

/**
 * A row that refuses to hand out a {@link RefCursor}: the driver's would fetch and close past the gate. Valid as long as
 * the row below it.
 */
final class ConfinedRow implements PostgresqlRow {

    private final PostgresqlRow row;

    private ConfinedRow(PostgresqlRow row) {
        this.row = row;
    }

    static ConfinedRow of(PostgresqlRow row) {
        return new ConfinedRow(row);
    }

    static Segment of(Segment segment) {
        return segment instanceof RowSegment rowSegment ? new ConfinedSegment(rowSegment) : segment;
    }

    @Override
    public PostgresqlRowMetadata getMetadata() {
        return row.getMetadata();
    }

    @Override
    public <T> @Nullable T get(int index, Class<T> type) {
        return refuseCursor(row.get(index, type));
    }

    @Override
    public <T> @Nullable T get(String name, Class<T> type) {
        return refuseCursor(row.get(name, type));
    }

    private static <T> @Nullable T refuseCursor(@Nullable T value) {
        if (value instanceof RefCursor) {
            throw new UnsupportedOperationException(
                    "A RefCursor is refused inside a scope, because it would reach the connection past the scope: read the"
                            + " column as String and run FETCH ALL IN \"<name>\" as a statement.");
        }
        return value;
    }

    private record ConfinedSegment(RowSegment segment) implements RowSegment {

        @Override
        public Row row() {
            return ConfinedRow.of((PostgresqlRow) segment.row());
        }
    }
}
