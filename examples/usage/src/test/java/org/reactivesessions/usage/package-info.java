/** The examples run as a test. */
@NullMarked
package org.reactivesessions.usage;

import org.jspecify.annotations.NullMarked;
