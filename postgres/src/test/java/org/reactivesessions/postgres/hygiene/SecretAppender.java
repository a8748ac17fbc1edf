package org.reactivesessions.postgres.hygiene;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;

/** Looks for secrets in every log line, ours down to TRACE, and in the errors that come with them. */
public final class SecretAppender extends AppenderBase<ILoggingEvent> {

    @Override
    protected void append(ILoggingEvent event) {
        Secrets.look("log of " + event.getLoggerName(), event.getFormattedMessage());
        if (event.getThrowableProxy() instanceof ThrowableProxy logged) {
            Secrets.look("error in the log of " + event.getLoggerName(), logged.getThrowable());
        }
    }
}
