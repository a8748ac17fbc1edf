package org.reactivesessions.postgres.cancelrun;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** What can be seen when nothing goes on. Stateless. */
final class Standstill {

    private static final int FRAMES = 12;

    private Standstill() {}

    static String describe(Contestant contestant) {
        String threads = Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().matches(".*(parallel|epoll|nio).*"))
                .map(Standstill::describe)
                .collect(Collectors.joining("\n"));
        return "nothing goes on: " + contestant.underWay() + "\n" + threads;
    }

    private static String describe(Map.Entry<Thread, StackTraceElement[]> thread) {
        return thread.getKey().getName() + " " + thread.getKey().getState()
                + Arrays.stream(thread.getValue())
                        .limit(FRAMES)
                        .map(frame -> "\n    " + frame)
                        .collect(Collectors.joining());
    }
}
