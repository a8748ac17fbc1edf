package org.reactivesessions.postgres;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which settings a user may give a value for a transaction, and how their names are written: as quoted identifiers, so that
 * a part may be a keyword. Stateless.
 */
final class SettingName {

    private static final Pattern PARTS = Pattern.compile("[a-z_][a-z0-9_$]{0,62}(?:\\.[a-z_][a-z0-9_$]{0,62})*");

    private static final String MODES = "it decides what BEGIN says; use isolation(…), readOnly() and deferrable()";
    private static final String ROLE =
            "it decides as whom the statements run; send SET LOCAL ROLE as a statement of yours";

    /** What would endanger the scope, and what has an option of its own. */
    private static final Map<String, String> REFUSED = Map.of(
            "role", ROLE,
            "session_authorization", ROLE,
            "client_encoding", "the driver writes and reads UTF-8",
            "standard_conforming_strings",
                    "it decides how SQL is read, which the search for transaction control relies on",
            "exit_on_error", "every error would cost the connection, and one of COMMIT its outcome",
            "transaction_timeout", "the scope sets it",
            "statement_timeout", "use statementTimeout(…)",
            "lock_timeout", "use lockTimeout(…)",
            "idle_in_transaction_session_timeout", "use idleTimeout(…)");

    /** Lists of identifiers, of which SET makes a single one out of a single literal. */
    private static final Set<String> LISTS = Set.of("search_path", "temp_tablespaces");

    private SettingName() {}

    /**
     * Checks a setting.
     *
     * @param name its name
     * @param values its value, or its elements
     * @throws IllegalArgumentException if the name is not one, is refused, or the values cannot be what they are; the message
     *     shows no value
     */
    static void require(String name, List<String> values) {
        String reason = refusal(quotable(name));
        if (reason != null) {
            throw new IllegalArgumentException("setting \"" + name + "\" is refused: " + reason + ".");
        }
        for (String value : values) {
            try {
                SqlLiteral.of(value);
            } catch (IllegalArgumentException unwritable) {
                throw new IllegalArgumentException("setting \"" + name + "\": " + unwritable.getMessage(), unwritable);
            }
            if (value.indexOf(',') >= 0 && LISTS.contains(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("setting \"" + name + "\" is a list, but a value has a comma in it,"
                        + " which PostgreSQL would take for part of a name; give each element as a value of its own:"
                        + " setting(\"" + name + "\", first, second).");
            }
        }
    }

    private static @Nullable String refusal(String lowerCase) {
        String reason = REFUSED.get(lowerCase);
        boolean mode = lowerCase.startsWith("transaction_") || lowerCase.startsWith("default_transaction_");
        return reason == null && mode ? MODES : reason;
    }

    /**
     * Writes a name.
     *
     * @param name a name as {@link #require} allows it in form
     * @return each part in double quotes
     * @throws IllegalArgumentException if it is not a name in form
     */
    static String quoted(String name) {
        return '"' + quotable(name).replace(".", "\".\"") + '"';
    }

    private static String quotable(String name) {
        String lowerCase = name.toLowerCase(Locale.ROOT);
        if (!PARTS.matcher(lowerCase).matches()) {
            throw new IllegalArgumentException("a setting's name must be letters of ASCII, digits, _ and $, at most 63"
                    + " between two dots and no digit first, such as \"app.tenant\", but was \"" + name + "\"");
        }
        return lowerCase;
    }
}
