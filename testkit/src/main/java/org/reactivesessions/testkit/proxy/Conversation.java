package org.reactivesessions.testkit.proxy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one client and one server are talking about: the SQL behind names and behind answers.
 *
 * <p>Keeps the exchanges that await their ReadyForQuery in the order they were opened. An exchange is opened by a Query
 * or FunctionCall, by the start-up, or by the first extended message after a Sync. Thread-safe by its monitor; the two
 * directions call it from different threads.
 */
final class Conversation {

    private final Map<String, String> statements = new HashMap<>();
    private final Map<String, String> portals = new HashMap<>();
    private final Deque<Exchange> pending = new ArrayDeque<>();
    /** The extended exchange no Sync has closed yet; it is also pending. */
    private @Nullable Exchange unsynced;

    /** The SQL a frame is about, before it is passed on; empty if it is about none. */
    synchronized String sqlOf(Frame frame) {
        if (frame.direction() == Direction.SERVER) {
            Exchange answered = pending.peekFirst();
            return answered == null ? "" : answered.sql;
        }
        return switch (frame.type()) {
            case 'Q' -> frame.textAt(0);
            case 'P' -> frame.textAt(frame.afterText(0));
            case 'B' -> statements.getOrDefault(frame.textAt(frame.afterText(0)), "");
            case 'E' -> portals.getOrDefault(frame.textAt(0), "");
            case 'D', 'C' -> named(frame).getOrDefault(frame.textAt(1), "");
            case 'S', 'H', 'd', 'c', 'f' -> current();
            default -> "";
        };
    }

    /** Notes that a frame of the client is on its way to the server, or that one of the server has been seen. */
    synchronized void note(Frame frame, String sql) {
        if (frame.direction() == Direction.SERVER) {
            if (frame.type() == 'Z') {
                closed(pending.pollFirst());
            }
            return;
        }
        switch (frame.type()) {
            case Frame.STARTUP, 'F', 'Q' -> pending.addLast(new Exchange(sql));
            case 'P' -> {
                statements.put(frame.textAt(0), sql);
                extended().sql = sql;
            }
            case 'B' -> {
                portals.put(frame.textAt(0), sql);
                extended().sql = sql;
            }
            case 'C' -> {
                named(frame).remove(frame.textAt(1));
                extended();
            }
            case 'D', 'E', 'H' -> extended();
            case 'S' -> {
                extended();
                unsynced = null;
            }
            default -> {
                // Neither opens an exchange nor names anything.
            }
        }
    }

    private void closed(@Nullable Exchange exchange) {
        if (exchange == unsynced) {
            unsynced = null;
        }
    }

    private Map<String, String> named(Frame frame) {
        return frame.byteAt(0) == 'S' ? statements : portals;
    }

    private Exchange extended() {
        Exchange exchange = unsynced;
        if (exchange == null) {
            exchange = new Exchange("");
            unsynced = exchange;
            pending.addLast(exchange);
        }
        return exchange;
    }

    private String current() {
        Exchange last = unsynced != null ? unsynced : pending.peekLast();
        return last == null ? "" : last.sql;
    }

    /** One question the server closes with ReadyForQuery. */
    private static final class Exchange {
        private String sql;

        private Exchange(String sql) {
            this.sql = sql;
        }
    }
}
