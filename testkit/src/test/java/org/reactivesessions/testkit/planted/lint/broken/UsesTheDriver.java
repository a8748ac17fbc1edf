package org.reactivesessions.testkit.planted.lint.broken;

import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Result;

/** Knows its driver, and a type of it that anybody may know. */
final class UsesTheDriver {

    private UsesTheDriver() {}

    // spotless:off
    // tag::driver[]
    static boolean isPostgres(Result result) {
        return result instanceof PostgresqlResult;
    }
    // end::driver[]
    // spotless:on

    static Json empty() {
        return Json.of("{}");
    }
}
