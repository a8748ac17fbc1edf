package org.reactivesessions.orders.evidence;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Arguments of a program: names and values in turn. Immutable. */
final class Arguments {

    private final Map<String, String> given = new HashMap<>();

    /**
     * @param arguments of the command line
     * @param known the names there are, such as {@code --clients}
     * @throws IllegalArgumentException if one is not known, or has no value
     */
    Arguments(String[] arguments, Set<String> known) {
        for (int index = 0; index < arguments.length; index += 2) {
            if (!known.contains(arguments[index]) || index + 1 == arguments.length) {
                throw new IllegalArgumentException(
                        "arguments are a name of " + known + " and a value each, but there was " + arguments[index]);
            }
            given.put(arguments[index], arguments[index + 1]);
        }
    }

    String text(String name, String otherwise) {
        return given.getOrDefault(name, otherwise);
    }

    int number(String name, int otherwise) {
        return given.containsKey(name) ? Integer.parseInt(given.get(name)) : otherwise;
    }
}
