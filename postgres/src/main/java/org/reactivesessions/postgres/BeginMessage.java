package org.reactivesessions.postgres;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.TransactionDefinition;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.TransactionAttributes;
import org.reactivestreams.Publisher;

/**
 * BEGIN and everything that belongs to it, as one message, by the cheapest way that can send it: the driver's own BEGIN, or
 * a script if it carries settings or is one text too many. Stateless.
 */
final class BeginMessage {

    private static final int HAS_TRANSACTION_TIMEOUT = 17;

    private BeginMessage() {}

    /**
     * Sends the message.
     *
     * @param physical the driver's connection, outside a transaction
     * @param definition what to begin
     * @return a publisher that ends when the server is ready for the next message
     */
    static Publisher<Void> send(Connection physical, TransactionDefinition definition) {
        BeginModes modes = modes(physical, definition);
        Map<String, List<String>> settings = definition.getAttribute(TransactionAttributes.SETTINGS);
        if (settings == null || settings.isEmpty()) {
            IsolationLevel level = BeginTexts.SHARED.level(modes);
            if (level != null) {
                return physical.beginTransaction(level);
            }
            if (modes.isPlain()) {
                return physical.beginTransaction(definition);
            }
        }
        return Script.run(physical, modes.text() + text(settings));
    }

    /** The whole message, for a script that has something to add. */
    static String text(Connection physical, TransactionDefinition definition) {
        return modes(physical, definition).text() + text(definition.getAttribute(TransactionAttributes.SETTINGS));
    }

    private static BeginModes modes(Connection physical, TransactionDefinition definition) {
        return BeginModes.of(definition, hasTransactionTimeout(physical, definition));
    }

    private static boolean hasTransactionTimeout(Connection physical, TransactionDefinition definition) {
        return definition.getAttribute(TransactionAttributes.TRANSACTION_TIMEOUT) != null
                && majorVersion(physical.getMetadata().getDatabaseVersion()) >= HAS_TRANSACTION_TIMEOUT;
    }

    /** The digits at the beginning, as in {@code 18.6} or {@code 19devel}; 0 if there are none. */
    static int majorVersion(String version) {
        int major = 0;
        for (int i = 0; i < version.length() && i < 4 && Character.isDigit(version.charAt(i)); i++) {
            major = 10 * major + Character.digit(version.charAt(i), 10);
        }
        return major;
    }

    /** What gives settings their values for the transaction, behind BEGIN. */
    static String text(@Nullable Map<String, List<String>> settings) {
        StringBuilder text = new StringBuilder();
        if (settings != null) {
            settings.forEach((name, values) -> text.append("; SET LOCAL ")
                    .append(SettingName.quoted(name))
                    .append(" = ")
                    .append(values.stream().map(SqlLiteral::of).collect(Collectors.joining(", "))));
        }
        return text.toString();
    }
}
