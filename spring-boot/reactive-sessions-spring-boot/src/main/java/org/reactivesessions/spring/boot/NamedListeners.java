package org.reactivesessions.spring.boot;

import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.observation.SessionListener;

/** Makes a listener for each of several sessions, where one must not hear of two. Thread-safe. */
interface NamedListeners {

    /**
     * Makes a listener.
     *
     * @param name of the sessions
     */
    SessionListener listener(String name);

    /**
     * Hears of the sessions the listener of that name is for.
     *
     * @param name of the sessions
     * @param sessions which were made
     */
    void bind(String name, ReactiveSessions sessions);
}
