package org.reactivesessions.transaction;

import org.slf4j.spi.LoggingEventBuilder;

/** A line in the making: words for people, and the same in pairs for machines. Not thread-safe. */
final class LogLine {

    private final StringBuilder text = new StringBuilder();
    private LoggingEventBuilder event;

    LogLine(LoggingEventBuilder event) {
        this.event = event;
    }

    /** Adds words, which are read as one text. */
    void say(Object... words) {
        for (Object word : words) {
            text.append(word);
        }
    }

    void pair(String key, Object value) {
        event = event.addKeyValue(key, value);
    }

    void cause(Throwable error) {
        event = event.setCause(error);
    }

    void write() {
        event.log(text.toString());
    }
}
