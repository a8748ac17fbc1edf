package org.reactivesessions.postgres.matrix;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the row of the {@link FaultMatrix} that a test shows. The test fails if it does not check what it names. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface FaultRow {

    /** The number of the row. */
    int value();

    /** What the test checks, at least the invariants of the row. */
    Invariant[] invariants();
}
