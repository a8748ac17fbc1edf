package org.reactivesessions.mvc;

import org.springframework.http.HttpStatus;

/**
 * A transfer as somebody asks for it. Immutable.
 *
 * @param from the account that gives
 * @param to the account that gets
 * @param amount how much
 */
record Transfer(long from, long to, long amount) {

    private static final long MOST = 1_000_000;

    /** @throws RefusedException if it cannot be, whatever is in the database */
    Transfer checked() {
        if (from == to) {
            throw new RefusedException(
                    HttpStatus.BAD_REQUEST, "to must be another account than from, but both were " + from);
        }
        if (amount < 1 || amount > MOST) {
            throw new RefusedException(
                    HttpStatus.BAD_REQUEST, "amount must be from 1 to " + MOST + ", but was " + amount);
        }
        return this;
    }
}
