package org.reactivesessions.scripted;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.RowMetadata;
import java.util.List;

/** Who the scripted database is, and that its rows have nothing to say of themselves. Immutable. */
final class ScriptedMetadata implements RowMetadata, ConnectionMetadata, ConnectionFactoryMetadata {

    static final ScriptedMetadata INSTANCE = new ScriptedMetadata();

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
        return List.of();
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
