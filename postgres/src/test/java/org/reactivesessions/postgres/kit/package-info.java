/** The testkit's leak check, rollback per test and fault helpers, on a server and with the driver. */
@NullMarked
package org.reactivesessions.postgres.kit;

import org.jspecify.annotations.NullMarked;
