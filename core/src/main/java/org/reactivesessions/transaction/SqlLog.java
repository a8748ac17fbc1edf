package org.reactivesessions.transaction;

import org.reactivesessions.observation.LogOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes the text of what is sent to the logger {@code org.reactivesessions.sql}; a value that is bound to it only if that was
 * asked for. Immutable.
 *
 * @param echo whether that is at INFO; otherwise it is at DEBUG
 * @param parameters whether bound values are written too
 */
record SqlLog(boolean echo, boolean parameters) {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.sql");

    static SqlLog of(LogOptions options) {
        return new SqlLog(options.echo(), options.echoParameters());
    }

    private Level level() {
        return echo ? Level.INFO : Level.DEBUG;
    }

    /** Whether anybody would read it. */
    boolean isOn() {
        return log.isEnabledForLevel(level());
    }

    /** Whether anybody would read values. */
    boolean showsValues() {
        return parameters && isOn();
    }

    /** @param who the name of the scope */
    void sent(String who, String text) {
        String shown = LoggedText.whole(text);
        log.atLevel(level())
                .addKeyValue("transaction", who)
                .addKeyValue("sql", shown)
                .log("{}: {}", who, shown);
    }

    /** @param values in words */
    void values(String who, String text, String values) {
        String shown = LoggedText.whole(text);
        log.atLevel(level())
                .addKeyValue("transaction", who)
                .addKeyValue("sql", shown)
                .addKeyValue("values", values)
                .log("{}: values of {}: {}", who, shown, values);
    }
}
