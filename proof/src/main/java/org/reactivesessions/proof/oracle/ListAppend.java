package org.reactivesessions.proof.oracle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Whether transactions that append to lists, and read them, can have run in some order: what everybody has read must be a beginning
 * of what is there in the end, and nobody may have to come before himself. Of transactions at SERIALIZABLE that includes who has
 * not seen what another one wrote. Stateless.
 */
final class ListAppend {

    /**
     * A transaction that is durable.
     *
     * @param serializable whether it was at SERIALIZABLE
     * @param reads what it read, its own append included
     */
    record Transaction(UUID id, boolean serializable, List<Read> reads) {}

    /**
     * What was read of a list.
     *
     * @param length how many elements
     * @param digest {@link Digests#of} of them
     */
    record Read(long key, int length, String digest) {}

    private ListAppend() {}

    /**
     * Looks for what cannot be.
     *
     * @param lists what is there in the end
     * @param transactions all that are durable, as far as it is known what they read
     */
    static List<String> anomalies(Map<Long, List<UUID>> lists, Collection<Transaction> transactions) {
        List<String> found = new ArrayList<>();
        lists.forEach((key, elements) -> {
            Set<UUID> once = new HashSet<>();
            elements.stream()
                    .filter(element -> !once.add(element))
                    .forEach(element -> found.add("appended twice: " + element + " to list " + key));
        });
        prefixes(lists, transactions, found);
        Graph all = new Graph(lists, element -> true);
        transactions.forEach(transaction -> all.reads(transaction, false));
        all.cycle().ifPresent(cycle -> found.add("a cycle of writes and reads (G1c): " + cycle));
        Set<UUID> serializable = new HashSet<>();
        transactions.stream().filter(Transaction::serializable).forEach(each -> serializable.add(each.id()));
        Graph strict = new Graph(lists, serializable::contains);
        transactions.stream().filter(Transaction::serializable).forEach(each -> strict.reads(each, true));
        strict.cycle().ifPresent(cycle -> found.add("a cycle at SERIALIZABLE (G2): " + cycle));
        return found;
    }

    private static void prefixes(
            Map<Long, List<UUID>> lists, Collection<Transaction> transactions, List<String> found) {
        Map<Long, List<String>> digests = new HashMap<>();
        for (Transaction transaction : transactions) {
            for (Read read : transaction.reads()) {
                List<UUID> list = lists.getOrDefault(read.key(), List.of());
                List<String> ofList = digests.computeIfAbsent(read.key(), key -> Digests.ofPrefixes(list));
                if (read.length() > list.size()) {
                    found.add("read and gone: " + transaction.id() + " saw " + read.length() + " elements of list "
                            + read.key() + ", of which " + list.size() + " are there");
                } else if (!ofList.get(read.length()).equals(read.digest())) {
                    found.add("read otherwise: the first " + read.length() + " elements of list " + read.key()
                            + " are not those that " + transaction.id() + " saw");
                }
            }
        }
    }

    /** Who has to come before whom. */
    private static final class Graph {

        private final Map<Long, List<UUID>> lists;
        private final Predicate<UUID> counted;
        private final Map<UUID, Set<UUID>> after = new LinkedHashMap<>();

        Graph(Map<Long, List<UUID>> lists, Predicate<UUID> counted) {
            this.lists = lists;
            this.counted = counted;
            for (List<UUID> elements : lists.values()) {
                List<UUID> writers = elements.stream().filter(counted).toList();
                for (int index = 1; index < writers.size(); index++) {
                    edge(writers.get(index - 1), writers.get(index));
                }
            }
        }

        /** @param missed whether what it has not seen counts */
        void reads(Transaction transaction, boolean missed) {
            for (Read read : transaction.reads()) {
                List<UUID> list = lists.getOrDefault(read.key(), List.of());
                int length = Math.min(read.length(), list.size());
                for (int index = length - 1; index >= 0; index--) {
                    if (counts(list.get(index), transaction)) {
                        edge(list.get(index), transaction.id());
                        break;
                    }
                }
                for (int index = length; missed && index < list.size(); index++) {
                    if (counts(list.get(index), transaction)) {
                        edge(transaction.id(), list.get(index));
                        break;
                    }
                }
            }
        }

        private boolean counts(UUID element, Transaction reader) {
            return !element.equals(reader.id()) && counted.test(element);
        }

        private void edge(UUID before, UUID behind) {
            after.computeIfAbsent(before, none -> new HashSet<>()).add(behind);
            after.computeIfAbsent(behind, none -> new HashSet<>());
        }

        /** Some of those that have no place in any order. */
        Optional<String> cycle() {
            Map<UUID, Integer> waiting = new HashMap<>();
            after.values().forEach(behind -> behind.forEach(each -> waiting.merge(each, 1, Integer::sum)));
            Deque<UUID> free = new ArrayDeque<>();
            after.keySet().stream().filter(each -> !waiting.containsKey(each)).forEach(free::add);
            int placed = 0;
            while (!free.isEmpty()) {
                placed++;
                for (UUID behind : after.getOrDefault(free.remove(), Set.of())) {
                    if (waiting.merge(behind, -1, Integer::sum) == 0) {
                        waiting.remove(behind);
                        free.add(behind);
                    }
                }
            }
            return placed == after.size()
                    ? Optional.empty()
                    : Optional.of((after.size() - placed) + " transactions, among them "
                            + waiting.keySet().stream().limit(3).toList());
        }
    }
}
