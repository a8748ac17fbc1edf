/** What is counted, observed and shown of sessions on a real server is what has happened. */
@NullMarked
package org.reactivesessions.micrometer;

import org.jspecify.annotations.NullMarked;
