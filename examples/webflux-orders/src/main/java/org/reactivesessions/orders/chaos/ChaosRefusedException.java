package org.reactivesessions.orders.chaos;

import org.springframework.http.HttpStatus;

/** A fault that is not made: who asks may not, or it cannot be made here and now. */
public final class ChaosRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final HttpStatus status;

    private ChaosRefusedException(HttpStatus status, String message) {
        super(message);
        this.status = status;
    }

    static ChaosRefusedException forbidden(String why) {
        return new ChaosRefusedException(HttpStatus.FORBIDDEN, why);
    }

    static ChaosRefusedException impossible(String why) {
        return new ChaosRefusedException(HttpStatus.CONFLICT, why);
    }

    /**
     * What the client hears.
     *
     * @return a status of an error
     */
    public HttpStatus status() {
        return status;
    }
}
