package org.reactivesessions.transaction;

import java.util.Locale;
import java.util.regex.Pattern;

/** SQL as it may be read in a log: without a password that is written in it. Stateless. */
final class LoggedText {

    private static final int LONGEST = 1_000;

    /** Also one that is cut off in the middle. */
    private static final Pattern PASSWORD =
            Pattern.compile("(\\bpassword\\s*+=?\\s*+)[eu]?&?'[^']*+(?:''[^']*+)*+'?", Pattern.CASE_INSENSITIVE);

    private LoggedText() {}

    /** All of it. */
    static String whole(String sql) {
        return sql.toLowerCase(Locale.ROOT).contains("password")
                ? PASSWORD.matcher(sql).replaceAll("$1'***'")
                : sql;
    }

    /** As much of it as a line can bear. */
    static String shortened(String sql) {
        return sql.length() <= LONGEST
                ? whole(sql)
                : whole(sql.substring(0, LONGEST)) + "… (" + (sql.length() - LONGEST) + " more characters)";
    }
}
