/** What the service answers, and the service as a process that is asked for its pool. */
@NullMarked
package org.reactivesessions.mvc;

import org.jspecify.annotations.NullMarked;
