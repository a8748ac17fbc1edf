package org.reactivesessions.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What is reachable on the heap, by the JVM's own count of instances after a full collection. Immutable.
 *
 * @param used bytes the heap has in use after that, and after several collections more
 * @param bytes shallow bytes of all instances, by class
 */
record HeapContent(long used, Map<String, Long> bytes) {

    /** One collection may leave what the next one finds, such as what a reference handler was still busy with. */
    private static final int COLLECTIONS = 2;

    private static final Pattern LINE = Pattern.compile("^ *\\d+: +\\d+ +(\\d+) +(\\S+)", Pattern.MULTILINE);

    HeapContent {
        bytes = Map.copyOf(bytes);
    }

    /** Looks; takes a moment. */
    static HeapContent now() {
        return new HeapContent(usedNow(), classes());
    }

    /** Bytes the heap has in use after full collections. */
    static long usedNow() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            used = Math.min(
                    used,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return used;
    }

    private static Map<String, Long> classes() {
        try {
            String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            return parse(histogram);
        } catch (JMException notHotSpot) {
            return Map.of();
        }
    }

    static Map<String, Long> parse(String histogram) {
        Map<String, Long> bytes = new HashMap<>();
        for (MatchResult line : LINE.matcher(histogram).results().toList()) {
            bytes.merge(line.group(2), Long.parseLong(line.group(1)), Long::sum);
        }
        return bytes;
    }

    /** The classes that have grown most since, with how many bytes, the most first. */
    List<Map.Entry<String, Long>> grownSince(HeapContent before, int most) {
        return bytes.entrySet().stream()
                .map(now -> Map.entry(now.getKey(), now.getValue() - before.bytes.getOrDefault(now.getKey(), 0L)))
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(most)
                .collect(Collectors.toList());
    }
}
