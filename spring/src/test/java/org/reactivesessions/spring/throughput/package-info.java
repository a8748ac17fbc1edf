/** One read in a transaction of Spring's, on sessions and on Spring's own manager. */
@NullMarked
package org.reactivesessions.spring.throughput;

import org.jspecify.annotations.NullMarked;
