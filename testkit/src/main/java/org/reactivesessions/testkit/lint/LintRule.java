package org.reactivesessions.testkit.lint;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A rule for programs that use sessions. Immutable.
 *
 * @since 0.1
 */
public enum LintRule {
    /** A connection is opened by {@code ConnectionFactory.create()}. */
    DIRECT_CONNECTION(
            "whoever opens a connection has to give it back after completion, error and cancel, at every step of opening it",
            "sessions.withTransaction(session -> ...), or sessions.withSession(...) without a transaction; a library gets"
                    + " sessions.connectionFactory()"),
    /** A connection is kept in a field. */
    CONNECTION_IN_FIELD(
            "a connection belongs to one scope: from a field, statements reach it after its end or from two scopes at once",
            "keep the ReactiveSessions in the field, and pass the Session of a scope as an argument"),
    /** A connection is closed by {@code Connection.close()}. */
    MANUAL_CLOSE(
            "a close that is cancelled, or comes before the end of the last statement, gives back a connection in mid-transaction",
            "let sessions.withTransaction(...) or sessions.withSession(...) give it back"),
    /** A connection is opened and nothing reached from there closes it. */
    MISSING_CLOSE(
            "the connection is never given back: the pool runs dry after as many calls as it has connections",
            "sessions.withTransaction(...) or sessions.withSession(...), which give it back whatever happens"),
    /** Code inside a transaction function blocks. */
    BLOCK_IN_TRANSACTION(
            "the function runs on the event loop of its connection, which cannot read the answer that is waited for",
            "compose: flatMap, then, zip; what only exists as blocking code runs before the transaction"),
    /** Code inside a transaction function subscribes. */
    SUBSCRIBE_IN_TRANSACTION(
            "what is subscribed to by hand is outside the transaction's end: a cancel does not reach it, its error is lost, and its"
                    + " statements may come after COMMIT",
            "return it as part of what the function returns: flatMap, then, when; afterCommit(...) for what comes after"),
    /** A class of the driver is used outside configuration packages. */
    DRIVER_OUTSIDE_CONFIGURATION(
            "what the driver's own types do to a connection passes the session by, and ties the program to one driver's version",
            "io.r2dbc.spi types, session.sql(...), PostgresSessions.builder(); or move it to a configuration package");

    private final String why;
    private final String instead;

    LintRule(String why, String instead) {
        this.why = why;
        this.instead = instead;
    }

    /**
     * The name of the rule in reports and on command lines.
     *
     * @return its name in lower case with hyphens, such as {@code direct-connection}
     */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * What goes wrong where the rule is broken.
     *
     * @return half a sentence
     */
    public String why() {
        return why;
    }

    /**
     * What to write instead.
     *
     * @return half a sentence, or code
     */
    public String instead() {
        return instead;
    }

    /**
     * Finds a rule by its name.
     *
     * @param id such as {@code direct-connection}
     * @return that rule
     * @throws IllegalArgumentException if there is none, with the names there are
     */
    public static LintRule of(String id) {
        return Arrays.stream(values())
                .filter(rule -> rule.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no rule \"" + id + "\"; the rules are "
                        + Arrays.stream(values()).map(LintRule::id).collect(Collectors.joining(", "))));
    }
}
