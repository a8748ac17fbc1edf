package org.reactivesessions.benchmarks;

import java.time.Duration;

/**
 * What a transaction of a service with tenants is often given: REPEATABLE READ, a limit for each statement, one for waiting
 * for locks, and the tenant, by which row-level security decides. The texts are for whoever sends them by himself.
 */
final class SampleSettings {

    static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(5);
    static final Duration LOCK_TIMEOUT = Duration.ofSeconds(1);
    static final String TENANT_NAME = "app.tenant";
    static final String TENANT = "blue";

    static final String SET_ISOLATION = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ";
    static final String SET_STATEMENT_TIMEOUT = "SET LOCAL statement_timeout = " + STATEMENT_TIMEOUT.toMillis();
    static final String SET_LOCK_TIMEOUT = "SET LOCAL lock_timeout = " + LOCK_TIMEOUT.toMillis();
    static final String SET_TENANT = "SELECT set_config('" + TENANT_NAME + "', $1, true)";

    private SampleSettings() {}
}
