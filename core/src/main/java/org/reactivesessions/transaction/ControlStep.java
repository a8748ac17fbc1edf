package org.reactivesessions.transaction;

/** What a scope does to its connection at its beginning and at its end. */
enum ControlStep {
    BEGIN,
    COMMIT,
    ROLLBACK
}
