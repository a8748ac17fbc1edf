package org.reactivesessions.postgres;

import io.r2dbc.postgresql.message.backend.ErrorResponse;
import io.r2dbc.postgresql.message.backend.Field;
import io.r2dbc.postgresql.message.backend.Field.FieldType;
import io.r2dbc.spi.R2dbcException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes what the driver makes of an error of the server's, in its own factory, which nobody else may call. */
final class DriverErrors {

    private DriverErrors() {}

    /** An error with this SQLSTATE; severity and routine are left out if they are {@code null}. */
    static R2dbcException of(String state, @Nullable String severity, @Nullable String routine) {
        List<Field> fields = new ArrayList<>();
        fields.add(new Field(FieldType.CODE, state));
        fields.add(new Field(FieldType.MESSAGE, "erfunden"));
        add(fields, FieldType.SEVERITY_LOCALIZED, severity == null ? null : "FEHLER");
        add(fields, FieldType.SEVERITY_NON_LOCALIZED, severity);
        add(fields, FieldType.ROUTINE, routine);
        try {
            Method factory = Class.forName("io.r2dbc.postgresql.ExceptionFactory")
                    .getDeclaredMethod("createException", ErrorResponse.class, String.class);
            factory.setAccessible(true);
            return (R2dbcException) factory.invoke(null, new ErrorResponse(fields), "SELECT 1");
        } catch (ReflectiveOperationException changed) {
            throw new LinkageError("the driver makes its exceptions elsewhere now", changed);
        }
    }

    private static void add(List<Field> fields, FieldType type, @Nullable String value) {
        if (value != null) {
            fields.add(new Field(type, value));
        }
    }
}
