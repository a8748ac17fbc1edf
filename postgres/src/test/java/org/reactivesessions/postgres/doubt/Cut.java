package org.reactivesessions.postgres.doubt;

/** How a server is lost. Each round is of one of these kinds. */
enum Cut {
    KILLED("killed"),
    ANSWERS_LOST("killed, answers lost on their way"),
    NETWORK_FIRST("network lost, then killed");

    private final String text;

    Cut(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
