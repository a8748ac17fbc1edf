/** The service of the guide's page about WebFlux. */
@NullMarked
package org.reactivesessions.spring.boot.webflux;

import org.jspecify.annotations.NullMarked;
