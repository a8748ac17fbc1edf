/**
 * A program that shows what the library promises, on a real PostgreSQL.
 * {@link org.reactivesessions.quickstart.Quickstart} starts it.
 */
@NullMarked
package org.reactivesessions.quickstart;

import org.jspecify.annotations.NullMarked;
