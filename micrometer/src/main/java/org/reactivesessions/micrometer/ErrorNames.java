package org.reactivesessions.micrometer;

import io.r2dbc.spi.R2dbcException;
import org.jspecify.annotations.Nullable;

/** What an error is called where its message must not go. Stateless. */
final class ErrorNames {

    /** What there is called where there is no error. */
    static final String NONE = "none";

    private static final int SQLSTATE_LENGTH = 5;
    private static final int CLASS_LENGTH = 2;

    private ErrorNames() {}

    /** The SQLSTATE of an error, {@code null} if it has none. */
    static @Nullable String sqlState(@Nullable Throwable error) {
        String state = error instanceof R2dbcException database ? database.getSqlState() : null;
        return state != null && isSqlState(state) ? state : null;
    }

    private static boolean isSqlState(String state) {
        return state.length() == SQLSTATE_LENGTH
                && state.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'));
    }

    /** The SQLSTATE of an error, otherwise the name of its class without the package. */
    static String full(@Nullable Throwable error) {
        String state = sqlState(error);
        return state != null ? state : className(error);
    }

    /** The class of an error's SQLSTATE, of which there are some 40, otherwise the name of its class without the package. */
    static String brief(@Nullable Throwable error) {
        String state = sqlState(error);
        return state != null ? state.substring(0, CLASS_LENGTH) : className(error);
    }

    private static String className(@Nullable Throwable error) {
        if (error == null) {
            return NONE;
        }
        Class<?> type = error.getClass();
        while (type.getSimpleName().isEmpty()) { // of an anonymous class, its superclass
            type = type.getSuperclass();
        }
        return type.getSimpleName();
    }
}
