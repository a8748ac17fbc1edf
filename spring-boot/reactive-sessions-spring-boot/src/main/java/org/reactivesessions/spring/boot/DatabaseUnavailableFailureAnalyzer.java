package org.reactivesessions.spring.boot;

import org.reactivesessions.error.DatabaseUnavailableException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says that the database is not there. */
final class DatabaseUnavailableFailureAnalyzer extends AbstractFailureAnalyzer<DatabaseUnavailableException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, DatabaseUnavailableException cause) {
        return new FailureAnalysis(
                "The database did not answer, and the application does not start without it. " + cause.getMessage(),
                "Start the database, or check host and port in reactive-sessions.* or spring.r2dbc.*. To wait longer, raise"
                        + " reactive-sessions.verify-on-start.attempts or .delay; to start without it, leave verify-on-start"
                        + " out.",
                cause);
    }
}
