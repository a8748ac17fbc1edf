package org.reactivesessions.spring.boot;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.spring.web.RequestTransactions;
import org.reactivesessions.transaction.TransactionOptions;
import org.springframework.util.unit.DataSize;
import org.springframework.web.server.WebFilter;

/** Makes the filter of the settings, or says which of them cannot be. Stateless. */
final class WebTransactions {

    private static final String PREFIX = "reactive-sessions.web.";

    private WebTransactions() {}

    static WebFilter filter(SessionsWebProperties web, @Nullable ReactiveSessions sessions) {
        if (sessions == null) {
            throw new InvalidSettingException(
                    PREFIX + "paths is set to " + web.paths()
                            + ", and there are not the sessions that they are transactions of: there"
                            + " must be one bean of ReactiveSessions, or one that is primary.",
                    "Set reactive-sessions.url, or leave " + PREFIX + "paths out.",
                    null);
        }
        RequestTransactions transactions = RequestTransactions.of(sessions);
        transactions = set("max-buffered", transactions, before -> before.maxBuffered(bytes(web.maxBuffered())));
        transactions = set("timeout", transactions, before -> before.options(options(web)));
        return set("paths", transactions, before -> before.filter(web.paths().toArray(String[]::new)));
    }

    private static <T> T set(String name, RequestTransactions before, Function<RequestTransactions, T> setting) {
        try {
            return setting.apply(before);
        } catch (IllegalArgumentException refused) {
            throw new InvalidSettingException(
                    PREFIX + name + ": " + refused.getMessage(),
                    "Correct \"" + PREFIX + name + "\" in the application's properties.",
                    refused);
        }
    }

    private static int bytes(DataSize size) {
        if (size.toBytes() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "it must be less than 2GB, because it is kept in memory for each request, but was "
                            + size.toMegabytes() + "MB");
        }
        return (int) size.toBytes();
    }

    private static TransactionOptions options(SessionsWebProperties web) {
        TransactionOptions options = TransactionOptions.defaults().named("request");
        return web.timeout() == null ? options : options.timeout(web.timeout());
    }
}
