package org.reactivesessions.postgres;

import io.netty.channel.ChannelPipeline;
import io.r2dbc.postgresql.client.SSLMode;

/**
 * What looks at a server's answers before the driver does. Immutable.
 *
 * @param mode what is encrypted
 * @param clearTextIsSafe whether nobody but the server can read what is sent, or nobody minds
 * @param limits what it may ask for
 */
record ServerWatch(SSLMode mode, boolean clearTextIsSafe, WireLimits limits) {

    /** Puts it into a channel that is not connected yet. */
    void install(ChannelPipeline pipeline) {
        if (mode.startSsl()) {
            pipeline.addLast(new EncryptionAnswer.Installer(mode.requireSsl()));
        }
        pipeline.addLast(new ServerMessages(limits.messageSize(), new LogIn(limits, clearTextIsSafe)));
    }
}
