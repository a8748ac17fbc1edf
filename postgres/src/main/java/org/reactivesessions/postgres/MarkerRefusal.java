package org.reactivesessions.postgres;

import io.r2dbc.spi.R2dbcException;

/** What an error of a commit marker means: its own state is often not about what the transaction has done. Stateless. */
final class MarkerRefusal {

    private MarkerRefusal() {}

    /**
     * Explains an error.
     *
     * @param error what the server answered the marker with
     * @return what has happened and what to do about it, as a clause that follows a colon
     */
    static String explain(Throwable error) {
        String state = error instanceof R2dbcException known ? known.getSqlState() : null;
        if (state == null) {
            return generic(error);
        }
        return switch (state) {
            case "RS001" ->
                "COMMIT reached the database after its limit (TimeLimits.commit): " + error.getMessage()
                        + ". Look for what held it up on its way, or raise the limit";
            case "RS002" ->
                "the clocks of this process and of the database are 12 hours apart, or its token was made that long ago: "
                        + error.getMessage() + ". Set the clock that is wrong, or look for what took that long";
            case "23505" ->
                "the transaction was given up before its COMMIT reached the database, and somebody may already have been"
                        + " told that it was rolled back. It may be tried again";
            case "25006" ->
                "the transaction was made read-only from within, by SET TRANSACTION READ ONLY or transaction_read_only, so its"
                        + " marker could not be written. Leave that out, or declare it with TransactionOptions.readOnly()";
            case "25P02" ->
                "an earlier statement had failed, and its error was swallowed, so the database could only roll back. Let the"
                        + " error pass, or run what may fail in Session.nested";
            case "3F000", "42883", "42P01" ->
                "what it takes to leave a marker is not in this database. To get it, " + MarkerReadiness.INSTALL;
            case "42501" ->
                "the role of the transaction may not leave a marker. Run GRANT USAGE ON SCHEMA reactive_sessions and GRANT"
                        + " EXECUTE ON ALL FUNCTIONS IN SCHEMA reactive_sessions, both to that role or to PUBLIC";
            default -> generic(error) + " (SQLSTATE " + state + ")";
        };
    }

    private static String generic(Throwable error) {
        return "the database did not take its marker: " + error.getMessage();
    }
}
