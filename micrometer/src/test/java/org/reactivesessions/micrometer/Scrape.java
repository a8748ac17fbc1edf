package org.reactivesessions.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What Prometheus would read from a registry at one moment. Immutable. */
final class Scrape {

    private static final Pattern LINE = Pattern.compile("(\\w+)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** One line. */
    record Sample(String metric, Map<String, String> labels, double value) {}

    private final List<Sample> samples;

    private Scrape(List<Sample> samples) {
        this.samples = samples;
    }

    static Scrape of(PrometheusMeterRegistry registry) {
        return new Scrape(registry.scrape()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(Scrape::sample)
                .collect(Collectors.toUnmodifiableList()));
    }

    private static Sample sample(String line) {
        Matcher read = LINE.matcher(line);
        assertThat(read.matches()).as(line).isTrue();
        Map<String, String> labels = new HashMap<>();
        if (read.group(2) != null) {
            Matcher label = LABEL.matcher(read.group(2));
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
        }
        return new Sample(read.group(1), labels, Double.parseDouble(read.group(3)));
    }

    /** The one sample of a metric with labels, given as key and value in turn; it may have others besides. */
    double value(String metric, String... labels) {
        List<Sample> found = samples.stream()
                .filter(sample -> sample.metric().equals(metric) && has(sample, labels))
                .collect(Collectors.toList());
        assertThat(found).as(metric + " " + List.of(labels)).hasSize(1);
        return found.get(0).value();
    }

    /** The sum of a metric over all samples with labels. */
    double sum(String metric, String... labels) {
        return samples.stream()
                .filter(sample -> sample.metric().equals(metric) && has(sample, labels))
                .mapToDouble(Sample::value)
                .sum();
    }

    private static boolean has(Sample sample, String... labels) {
        for (int i = 0; i < labels.length; i += 2) {
            if (!labels[i + 1].equals(sample.labels().get(labels[i]))) {
                return false;
            }
        }
        return true;
    }

    /** The names of all metrics. */
    Set<String> metrics() {
        return samples.stream().map(Sample::metric).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names of the labels a metric has, in any sample. */
    Set<String> labels(String metric) {
        return samples.stream()
                .filter(sample -> sample.metric().equals(metric))
                .flatMap(sample -> sample.labels().keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The values a label of a metric has. */
    Set<String> values(String metric, String label) {
        return samples.stream()
                .filter(sample -> sample.metric().equals(metric))
                .map(sample -> sample.labels().getOrDefault(label, ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
