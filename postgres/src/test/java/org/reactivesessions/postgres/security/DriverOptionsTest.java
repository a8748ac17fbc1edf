package org.reactivesessions.postgres.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the driver cannot be told yet. When one of these fails after an upgrade, read what it says. */
class DriverOptionsTest {

    private static Stream<String> options() {
        return Arrays.stream(PostgresqlConnectionConfiguration.Builder.class.getMethods())
                .map(Method::getName)
                .map(name -> name.toLowerCase(Locale.ROOT));
    }

    @SecurityRow("S16")
    @Test
    void theLengthOfMessagesMustStillBeOurs() {
        assertThat(options())
                .as("the driver can limit the length of a message: let it, and see what is left for ServerMessages")
                .noneMatch(name -> name.contains("messagesize"));
    }

    @SecurityRow("S2")
    @Test
    void channelBindingMustStillBeOutOfReach() {
        assertThat(options())
                .as("the driver can be told to insist on channel binding: offer it, and correct SECURITY.md")
                .noneMatch(name -> name.contains("channelbinding"));
    }

    @SecurityRow("S2")
    @Test
    void whatAServerMayAskForMustStillBeOurs() {
        assertThat(options())
                .as("the driver knows which methods of authentication are allowed: see what is left for LogIn")
                .noneMatch(name -> name.contains("requireauth"));
    }
}
