package org.reactivesessions.postgres;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.reactivesessions.error.Reason;
import reactor.core.publisher.Mono;

/**
 * Opens the driver's connections, and says what is to be done where a server was not trusted. To the driver all of that is a
 * connection that broke (08006), which is tried again; a certificate is the same the next time. Thread-safe.
 *
 * @param driver opens them
 * @param where host and port, for messages
 */
record TrustedConnections(ConnectionFactory driver, String where) implements ConnectionFactory {

    private static final int DEPTH = 10;

    private static final String BROKEN = "08006";

    /** How the driver begins to say, by the SQLSTATE of a broken connection, that nothing is broken. */
    private static final List<String> REFUSALS =
            List.of("Server support for SSL connection is disabled", "The hostname '");

    @Override
    public Mono<Connection> create() {
        return Mono.<Connection>from(driver.create()).onErrorMap(this::inOurWords);
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return driver.getMetadata();
    }

    private Throwable inOurWords(Throwable error) {
        if (isRefusedName(error)) {
            return notMadeSureOf(error);
        }
        Throwable cause = error;
        for (int i = 0; cause != null && i < DEPTH; i++) {
            if (cause instanceof ServerNotTrustedException || cause instanceof MessageRefusedException) {
                return cause;
            }
            if (cause instanceof CertificateException
                    || cause instanceof CertPathValidatorException
                    || cause instanceof SSLPeerUnverifiedException) {
                return notMadeSureOf(error);
            }
            cause = cause.getCause();
        }
        return error;
    }

    private static boolean isRefusedName(Throwable error) {
        String message = error.getMessage();
        return error instanceof R2dbcPermissionDeniedException
                && BROKEN.equals(((R2dbcException) error).getSqlState())
                && message != null
                && REFUSALS.stream().anyMatch(message::startsWith);
    }

    private ServerNotTrustedException notMadeSureOf(Throwable error) {
        return new ServerNotTrustedException(
                where + " could not be made sure of, so no user and no password was sent to it (" + Reason.of(error)
                        + "). Give sslRootCert the certificate of the authority that has signed its certificate, and name"
                        + " the host as that certificate does; or say what is to be checked less strictly, by sslmode in"
                        + " the URL (verify-ca, require); or insecure() (insecure=true) to go without TLS",
                error);
    }
}
