package org.reactivesessions.testkit.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The reader of server URLs, with errors that say the rule and the fix but never repeat the URL's secret.
 *
 * <p>Stateless and therefore thread-safe.
 */
final class ServerUrl {

    private static final Pattern FORM = Pattern.compile(
            "postgres(?:ql)?://(?<user>[^:@/?#]+)(?::(?<password>[^:@/?#]*))?@(?<host>\\[[0-9A-Fa-f:.]+]|[^:@/?#\\[\\]]+)"
                    + "(?::(?<port>[0-9]{1,5}))?/(?<database>[^:@/?#]+)");
    private static final int DEFAULT_PORT = 5432;
    private static final int MAX_PORT = 65_535;

    private ServerUrl() {}

    /**
     * Address in a URL.
     *
     * @param variable where the URL was found, for the message
     * @param url the URL
     * @return the address it names
     * @throws IllegalArgumentException if the URL is not of the required form
     */
    static ServerAddress parse(String variable, String url) {
        Matcher matcher = FORM.matcher(url);
        if (!matcher.matches()) {
            throw malformed(variable, url);
        }
        int port = matcher.group("port") == null ? DEFAULT_PORT : Integer.parseInt(matcher.group("port"));
        if (port < 1 || port > MAX_PORT) {
            throw malformed(variable, url);
        }
        String password = matcher.group("password");
        try {
            return new ServerAddress(
                    matcher.group("host").replaceAll("[\\[\\]]", ""),
                    port,
                    decode(matcher.group("user")),
                    password == null ? "" : decode(password),
                    decode(matcher.group("database")));
        } catch (IllegalArgumentException e) {
            throw malformed(variable, url);
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException malformed(String variable, String url) {
        return new IllegalArgumentException(variable
                + " must have the form postgresql://user:password@host:5432/database, with special characters"
                + " percent-encoded, a port from 1 to 65535 and no parameters, but was "
                + masked(url) + ". Correct it"
                + (variable.equals(TestServers.VARIABLE) ? ", or unset it to use the embedded server" : ""));
    }

    /** Everything between the scheme and the last "@" may hold the password. */
    private static String masked(String url) {
        int end = url.lastIndexOf('@');
        int start = url.indexOf("://");
        if (end < 0) {
            return "a text without '@'";
        }
        return (start >= 0 && start < end ? url.substring(0, start + 3) : "") + "***" + url.substring(end);
    }
}
