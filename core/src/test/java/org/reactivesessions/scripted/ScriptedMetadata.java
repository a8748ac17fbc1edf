package org.reactivesessions.scripted;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.RowMetadata;
import io.r2dbc.spi.Type;
import java.util.List;

/** Who the scripted database is, and that its rows have nothing to say of themselves. Immutable. */
final class ScriptedMetadata implements RowMetadata, ConnectionMetadata, ConnectionFactoryMetadata {

    static final ScriptedMetadata INSTANCE = new ScriptedMetadata();

    /** The one column of every row. */
    private static final ColumnMetadata COLUMN = new ColumnMetadata() {

        @Override
        public String getName() {
            return "value";
        }

        @Override
        public Type getType() {
            throw new UnsupportedOperationException("The script has no types");
        }
    };

    private ScriptedMetadata() {}

    @Override
    public ColumnMetadata getColumnMetadata(int index) {
        throw new UnsupportedOperationException("The script has no metadata");
    }

    @Override
    public ColumnMetadata getColumnMetadata(String name) {
        throw new UnsupportedOperationException("The script has no metadata");
    }

    @Override
    public List<? extends ColumnMetadata> getColumnMetadatas() {
        return List.of(COLUMN);
    }

    @Override
    public String getDatabaseProductName() {
        return "Script";
    }

    @Override
    public String getDatabaseVersion() {
        return "1";
    }

    @Override
    public String getName() {
        return "Script";
    }
}
