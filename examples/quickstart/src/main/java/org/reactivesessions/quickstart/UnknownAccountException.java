package org.reactivesessions.quickstart;

/** An error of the application: an account that is not there. */
final class UnknownAccountException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownAccountException(String account) {
        super("there is no account \"" + account + "\"");
    }
}
