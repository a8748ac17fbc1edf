package org.reactivesessions.spring.boot;

import org.reactivesessions.error.DatabaseRefusedException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says that the database is there, and does not let the application in. */
final class DatabaseRefusedFailureAnalyzer extends AbstractFailureAnalyzer<DatabaseRefusedException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, DatabaseRefusedException cause) {
        return new FailureAnalysis(
                "The database refused the application. " + cause.getMessage(),
                "Check user, password and database in reactive-sessions.* or spring.r2dbc.*; it was not tried again, because"
                        + " trying again does not help.",
                cause);
    }
}
