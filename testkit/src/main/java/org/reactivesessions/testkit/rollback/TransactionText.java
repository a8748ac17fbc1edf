package org.reactivesessions.testkit.rollback;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds transaction control in SQL text, which would end the transaction of the test. Stateless. */
final class TransactionText {

    private static final Pattern NO_COMMANDS = Pattern.compile(
            "'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\\$([A-Za-z_]*)\\$.*?\\$\\1\\$|--[^\\n]*|/\\*.*?\\*/", Pattern.DOTALL);

    private static final Pattern CONTROL = Pattern.compile(
            "(?:^|;)\\s*(BEGIN|START\\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT|PREPARE\\s+TRANSACTION|SAVEPOINT|RELEASE)\\b",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern BODY = Pattern.compile("\\bBEGIN\\s+ATOMIC\\b", Pattern.CASE_INSENSITIVE);

    private TransactionText() {}

    /**
     * Refuses transaction control.
     *
     * @throws UnsupportedOperationException if there is some
     */
    static void refuseControl(String sql) {
        String commands = NO_COMMANDS.matcher(sql).replaceAll(" ");
        Matcher control = CONTROL.matcher(commands);
        if (!BODY.matcher(commands).find() && control.find()) {
            throw new UnsupportedOperationException(
                    control.group(1).toUpperCase(Locale.ROOT)
                            + " as SQL text would reach past the transaction of the test, which is rolled back at its end. Use the methods of"
                            + " Connection: beginTransaction(), commitTransaction(), rollbackTransaction(), createSavepoint(…).");
        }
    }
}
