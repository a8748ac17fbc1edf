package org.reactivesessions.postgres;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One host of a database. Immutable.
 *
 * @param host a name or an address, an IPv6 address without brackets
 * @param port 1 to 65535, or 0 for the one of hosts that name none
 */
record Endpoint(String host, int port) {

    /** A name or an address, an IPv6 address in brackets if a port follows. */
    private static final Pattern FORM = Pattern.compile(
            "\\[(?<bracketed>[0-9A-Fa-f:.%]+)](?::(?<after>\\d{1,5}))?|(?<bare>[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.%]*)"
                    + "|(?<name>[^\\s,:/@\\[\\]\\p{Cntrl}]+)(?::(?<port>\\d{1,5}))?");

    private static final int HIGHEST = 65_535;

    /**
     * Reads one.
     *
     * @param text a name or an address, with or without a port
     * @throws IllegalArgumentException if it is neither
     */
    static Endpoint of(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "host must be a name or an address, such as db1 or db1:5432 or [::1]:5432, but was "
                            + ShownValue.of(text)
                            + "; for Unix sockets make the driver's connection factory and use"
                            + " ReactiveSessions.builder(connectionFactory)");
        }
        String port = first(form.group("after"), form.group("port"), "0");
        boolean named = form.group("after") != null || form.group("port") != null;
        int number = Integer.parseInt(port);
        if (named && (number < 1 || number > HIGHEST)) {
            throw new IllegalArgumentException("port must be 1 to 65535, but was " + port);
        }
        return new Endpoint(first(form.group("bracketed"), form.group("bare"), form.group("name")), number);
    }

    private static String first(String... texts) {
        for (String text : texts) {
            if (text != null) {
                return text;
            }
        }
        return "";
    }

    /** Whether there is a port behind a name or an address. */
    static boolean namesPort(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches() && (form.group("after") != null || form.group("port") != null);
    }

    /** Itself, or with this port if it names none. */
    Endpoint orAt(int portOfOthers) {
        return port == 0 ? new Endpoint(host, portOfOthers) : this;
    }

    @Override
    public String toString() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == 0 ? name : name + ":" + port;
    }
}
