/** The Reactive Streams TCK on what sessions return. */
@NullMarked
package org.reactivesessions.tck;

import org.jspecify.annotations.NullMarked;
