package org.reactivesessions.mcp;

/** There is no such account. */
final class UnknownAccountException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownAccountException(long account) {
        super("there is no account " + account);
    }
}
