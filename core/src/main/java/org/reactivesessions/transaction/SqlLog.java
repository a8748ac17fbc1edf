package org.reactivesessions.transaction;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the text of what is sent to the logger {@code org.reactivesessions.sql}, without a value that is bound to it. Immutable.
 *
 * @param echo whether that is at INFO; otherwise it is at DEBUG
 */
record SqlLog(boolean echo) {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.sql");

    /** Whether anybody would read it. */
    boolean isOn() {
        return echo ? log.isInfoEnabled() : log.isDebugEnabled();
    }

    /** @param who the name of the scope */
    void sent(String who, String text) {
        if (echo) {
            log.info("{}: {}", who, text);
        } else {
            log.debug("{}: {}", who, text);
        }
    }
}
