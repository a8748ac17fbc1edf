/**
 * What an operator sees. {@link org.reactivesessions.observation.SessionListener} hears how every transaction ended,
 * also those whose subscriber has gone.
 */
@NullMarked
package org.reactivesessions.observation;

import org.jspecify.annotations.NullMarked;
