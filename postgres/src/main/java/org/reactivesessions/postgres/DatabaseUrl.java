package org.reactivesessions.postgres;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a URL. No message repeats a part of one that could be of a password. Stateless. */
final class DatabaseUrl {

    private static final String FORM =
            "postgresql://user:password@host:port/database?parameter=value (or postgres://…, or r2dbc: before either;"
                    + " several hosts as host1:port1,host2:port2)";
    private static final Pattern SCHEME = Pattern.compile("(?:r2dbc:)?postgres(?:ql)?:(?=//)");
    /** What somebody may have meant as the name of a parameter. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,62}");

    private static final String HOST = "(?:[A-Za-z0-9][A-Za-z0-9._-]*|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?";

    /** What is in front of several hosts, and the hosts. What is no host is none, because it may be of a password. */
    private static final Pattern SEVERAL =
            Pattern.compile("(" + SCHEME.pattern() + "//(?:[^/?#@]*@)?)(" + HOST + "(?:," + HOST + ")+)(?=[/?#]|$)");

    private static final String STAND_IN = "several.hosts";
    private static final Map<String, Setting> PARAMETERS = parameters();

    /** What other URLs have there, and ours in front of it. */
    private static final Set<String> ADDRESS =
            Set.of("user", "username", "password", "host", "port", "dbname", "database");

    /** PostgreSQL and R2DBC take a number without a unit for milliseconds, pgjdbc and libpq for seconds. */
    private static final Set<String> UNCLEAR = Set.of(
            "connectTimeout",
            "statement_timeout",
            "statementTimeout",
            "lock_timeout",
            "lockTimeout",
            "lockWaitTimeout");

    private DatabaseUrl() {}

    private static Map<String, Setting> parameters() {
        Map<String, Setting> all = new HashMap<>();
        for (Setting setting : Setting.values()) {
            setting.names().inUrl().forEach(name -> all.put(name, setting));
        }
        return Map.copyOf(all);
    }

    /**
     * Reads a URL. The parser's own error text is dropped, because it repeats its input, password included.
     *
     * @param source the name under which it was given
     * @return what it says, and nothing for what it does not say
     * @throws IllegalArgumentException if it is malformed, or has a parameter that is not known
     */
    static GivenSettings read(String source, String url) {
        if (!SCHEME.matcher(url).lookingAt()) {
            throw malformed(source, "its scheme is not postgresql");
        }
        Matcher several = SEVERAL.matcher(url);
        String single = several.lookingAt() ? several.replaceFirst("$1" + STAND_IN) : url; // a URI has one host
        URI uri;
        try {
            uri = new URI(single.startsWith("r2dbc:") ? single.substring("r2dbc:".length()) : single);
        } catch (URISyntaxException unreadable) {
            throw malformed(source, "it is not a URI; percent-encode special characters in user and password");
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        if (uri.getRawFragment() != null || path.indexOf('@') >= 0 || query.indexOf('@') >= 0) {
            throw malformed(
                    source, "it has a # in it, or an @ behind a / or ?; percent-encode them (%23, %40, %2F, %3F)");
        }
        if (uri.getHost() == null) {
            throw malformed(source, "it names no host");
        }
        GivenSettings given = new GivenSettings();
        given.put(Setting.HOST, source, single.equals(url) ? uri.getHost() : several.group(2));
        address(source, uri, path, given);
        if (!query.isEmpty()) {
            for (String parameter : query.split("&", -1)) {
                parameter(source, parameter, given);
            }
        }
        return given;
    }

    private static void address(String source, URI uri, String path, GivenSettings given) {
        if (uri.getPort() >= 0) {
            given.put(Setting.PORT, "port of " + source, Integer.toString(uri.getPort()));
        }
        if (path.length() > 1) {
            given.put(Setting.DATABASE, source, decode(path.substring(1)));
        }
        @Nullable String user = uri.getRawUserInfo();
        if (user != null) {
            int colon = user.indexOf(':');
            given.put(Setting.USERNAME, source, decode(colon < 0 ? user : user.substring(0, colon)));
            if (colon >= 0) {
                given.put(Setting.PASSWORD, source, decode(user.substring(colon + 1)));
            }
        }
    }

    private static void parameter(String source, String parameter, GivenSettings given) {
        int equals = parameter.indexOf('=');
        if (equals < 0) {
            throw malformed(source, "a parameter in its query has no value");
        }
        String name = decode(parameter.substring(0, equals));
        String value = decode(parameter.substring(equals + 1));
        Setting setting = PARAMETERS.get(name);
        if (setting == null && (given.holdsPassword(name) || !NAME.matcher(name).matches())) {
            throw malformed(
                    source, "it has a parameter that is not known, and not shown because the password may be in it");
        }
        String shown = "parameter " + ShownValue.of(name) + " of " + source;
        if (setting == null) {
            throw new IllegalArgumentException(
                    ADDRESS.contains(name)
                            ? shown + " belongs in front of the query: " + FORM
                            : Nearest.unknown(shown, Nearest.to(name, PARAMETERS.keySet())));
        }
        if (UNCLEAR.contains(name) && value.chars().allMatch(Character::isDigit)) {
            throw new IllegalArgumentException(shown + " must have a unit, such as 500ms or 30s, because a number is"
                    + " milliseconds to some and seconds to others");
        }
        given.put(setting, shown, value);
    }

    private static String decode(String encoded) {
        return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException malformed(String source, String why) {
        return new IllegalArgumentException(source + " must have the form " + FORM + ", but " + why + ".");
    }
}
