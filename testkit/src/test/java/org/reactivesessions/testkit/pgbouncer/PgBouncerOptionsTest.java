package org.reactivesessions.testkit.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PgBouncerOptionsTest {

    private static final PgBouncerOptions OPTIONS =
            PgBouncerOptions.before("db.example", 5433, "shop", "alice", "not-to-be-shown");

    @Test
    void theFilesMustSayWhatWasGiven() {
        PgBouncerOptions options = OPTIONS.serverConnections(7).clients(30).ignoring("extra_float_digits");

        assertThat(options.settings("127.0.0.1", 6432, Path.of("users.txt")).lines())
                .contains("shop = host=db.example port=5433")
                .contains("listen_port = 6432", "auth_file = users.txt", "pool_mode = transaction")
                .contains("default_pool_size = 7", "max_client_conn = 30")
                .contains("ignore_startup_parameters = extra_float_digits");
        assertThat(options.users()).isEqualTo("\"alice\" \"not-to-be-shown\"\n");
    }

    @Test
    void thePasswordMustNotBeShown() {
        assertThat(OPTIONS)
                .hasToString(
                        "PgBouncerOptions[shop host=db.example port=5433, default_pool_size=20, max_client_conn=100]");
    }
}
