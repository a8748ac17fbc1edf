package org.reactivesessions.testkit.proxy;

/** The side a frame comes from. */
enum Direction {
    CLIENT,
    SERVER;

    @Override
    public String toString() {
        return this == CLIENT ? "client" : "server";
    }
}
