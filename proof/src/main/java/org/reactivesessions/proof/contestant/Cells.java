package org.reactivesessions.proof.contestant;

import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.List;

/** Reads rows of R2DBC. Stateless. */
final class Cells {

    private Cells() {}

    /** The first columns of a row, with {@code ""} for NULL. */
    static List<Object> of(Readable row, int columns) {
        List<Object> cells = new ArrayList<>(columns);
        for (int column = 0; column < columns; column++) {
            Object cell = row.get(column);
            cells.add(cell == null ? "" : cell);
        }
        return cells;
    }
}
