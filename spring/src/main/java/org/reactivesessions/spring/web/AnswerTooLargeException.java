package org.reactivesessions.spring.web;

/** More than can be held back until COMMIT. */
final class AnswerTooLargeException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    AnswerTooLargeException(int limit) {
        super("the answer is larger than " + limit
                + " bytes, which is what is held back until COMMIT at most. Raise maxBuffered"
                + " (reactive-sessions.web.max-buffered), or answer it outside of the transaction of a request");
    }
}
