package org.reactivesessions.scripted;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What the library logs, from {@link #listen} to {@link #close}. Thread-safe. */
public final class Logs implements AutoCloseable {

    private final Logger logger = (Logger) LoggerFactory.getLogger("org.reactivesessions");
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
            lines.add(event.getLevel() + " " + event.getFormattedMessage());
        }
    };

    private Logs() {
        logger.setLevel(Level.DEBUG);
        appender.start();
        logger.addAppender(appender);
    }

    /** Begins to listen. */
    public static Logs listen() {
        return new Logs();
    }

    /** What was logged so far: level, space, message. */
    public List<String> lines() {
        return lines;
    }

    /** The same of one logger, with all that belongs to each. */
    public List<ILoggingEvent> of(String name) {
        return events.stream()
                .filter(event -> event.getLoggerName().equals("org.reactivesessions." + name))
                .toList();
    }

    /** The value of a key of an event, {@code null} if it has none. */
    public static @Nullable Object value(ILoggingEvent event, String key) {
        return event.getKeyValuePairs() == null
                ? null
                : event.getKeyValuePairs().stream()
                        .filter(pair -> pair.key.equals(key))
                        .map(pair -> pair.value)
                        .findFirst()
                        .orElse(null);
    }

    /** The error of an event. */
    public static @Nullable Throwable cause(ILoggingEvent event) {
        return event.getThrowableProxy() instanceof ThrowableProxy proxy ? proxy.getThrowable() : null;
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setLevel(null);
    }
}
