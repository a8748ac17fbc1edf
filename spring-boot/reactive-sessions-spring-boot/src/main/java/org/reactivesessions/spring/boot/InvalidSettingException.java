package org.reactivesessions.spring.boot;

import org.jspecify.annotations.Nullable;

/** Something under {@code reactive-sessions.*} cannot be what it is, or cannot stand beside something else. */
final class InvalidSettingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String action;

    /** @param action what is to be done */
    InvalidSettingException(String message, String action, @Nullable Throwable cause) {
        super(message, cause);
        this.action = action;
    }

    String action() {
        return action;
    }
}
