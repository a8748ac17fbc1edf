package org.reactivesessions.micrometer;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An expression for Prometheus: which metrics, labels and values of labels it names. Immutable. */
final class Query {

    /** Instance and job come from who scrapes. */
    private static final Set<String> BY_THE_SERVER = Set.of("instance", "job");

    private static final Set<String> WORDS = Set.of(
            "and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset");

    private static final Pattern GROUPED = Pattern.compile("\\b(?:by|without|on|ignoring)\\s*\\(([^)]*)\\)");
    private static final Pattern SELECTOR =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(?:\\{([^}]*)})?(?!\\w)(?!\\s*\\()");
    private static final Pattern MATCHER = Pattern.compile("\\s*(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"\\s*(?:,|$)");
    private static final Pattern VALUES_OF = Pattern.compile("label_values\\((.*),\\s*(\\w+)\\)");

    private final String text;

    Query(String text) {
        this.text = text;
    }

    /** What it names and nobody exports. */
    List<String> missing(Scrape scrape) {
        List<String> missing = new ArrayList<>();
        String rest = text.replaceAll("\\[[^]]*]", " ");
        Set<String> grouped = new TreeSet<>();
        Matcher values = VALUES_OF.matcher(rest);
        if (values.matches()) {
            grouped.add(values.group(2));
            rest = values.group(1);
        }
        Matcher group = GROUPED.matcher(rest);
        while (group.find()) {
            for (String label : group.group(1).split(",", -1)) {
                grouped.add(label.strip());
            }
        }
        rest = GROUPED.matcher(rest).replaceAll(" ");
        Matcher selector = SELECTOR.matcher(rest);
        int metrics = 0;
        while (selector.find()) {
            String metric = selector.group(1);
            if (WORDS.contains(metric)) {
                continue;
            }
            metrics++;
            if (!scrape.metrics().contains(metric)) {
                missing.add("metric " + metric);
                continue;
            }
            grouped.forEach(label -> requireLabel(scrape, metric, label, missing));
            requireMatchers(scrape, metric, selector.group(2), missing);
        }
        if (metrics == 0) {
            missing.add("any metric in " + text);
        }
        return missing;
    }

    private static void requireMatchers(Scrape scrape, String metric, String matchers, List<String> missing) {
        if (matchers == null) {
            return;
        }
        Matcher matcher = MATCHER.matcher(matchers);
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            end = matcher.end();
            String label = matcher.group(1);
            requireLabel(scrape, metric, label, missing);
            if (!matcher.group(3).startsWith("$")) {
                for (String value : matcher.group(3).split("\\|", -1)) {
                    if (!scrape.values(metric, label).contains(value)) {
                        missing.add("value " + value + " of " + label + " of " + metric);
                    }
                }
            }
        }
        if (end != matchers.length()) {
            missing.add("sense in {" + matchers + "}");
        }
    }

    private static void requireLabel(Scrape scrape, String metric, String label, List<String> missing) {
        if (!BY_THE_SERVER.contains(label) && !scrape.labels(metric).contains(label)) {
            missing.add("label " + label + " of " + metric);
        }
    }
}
