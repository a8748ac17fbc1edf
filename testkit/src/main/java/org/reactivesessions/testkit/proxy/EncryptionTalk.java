package org.reactivesessions.testkit.proxy;

/**
 * The question whether a link is to be encrypted, asked by the client's reader and answered by the server's.
 *
 * <p>Thread-safe by its monitor.
 */
final class EncryptionTalk {

    private boolean awaited;
    private boolean encrypted;
    private boolean direct;

    /** Notes that the client has asked, before its request reaches the server. */
    synchronized void asked() {
        awaited = true;
    }

    synchronized void answered(boolean yes) {
        awaited = false;
        encrypted = yes;
        notifyAll();
    }

    /** Notes that the client has begun to encrypt without a question. */
    synchronized void begunDirectly() {
        direct = true;
    }

    synchronized boolean isDirect() {
        return direct;
    }

    synchronized boolean isAwaited() {
        return awaited;
    }

    /** Blocks until the server has answered; says whether the client goes on encrypted. */
    synchronized boolean awaitAnswer() throws InterruptedException {
        while (awaited) {
            wait();
        }
        return encrypted;
    }
}
