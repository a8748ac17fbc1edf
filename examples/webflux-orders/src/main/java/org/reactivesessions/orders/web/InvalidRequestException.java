package org.reactivesessions.orders.web;

/** A request that cannot be, whatever is in the database. */
final class InvalidRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message for the client */
    InvalidRequestException(String message) {
        super(message);
    }
}
