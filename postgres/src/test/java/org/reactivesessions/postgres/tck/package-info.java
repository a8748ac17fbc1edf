/** The Reactive Streams TCK on what sessions of PostgreSQL return. */
@NullMarked
package org.reactivesessions.postgres.tck;

import org.jspecify.annotations.NullMarked;
