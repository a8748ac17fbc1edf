/** Everyday work with sessions: {@link org.reactivesessions.usage.Usage} has a section for each task. */
@NullMarked
package org.reactivesessions.usage;

import org.jspecify.annotations.NullMarked;
