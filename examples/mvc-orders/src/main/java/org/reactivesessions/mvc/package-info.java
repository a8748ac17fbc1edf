/** Transfers on Spring MVC and JDBC, with the statements and the answers of {@code webflux-orders}, to be compared with it. */
@NullMarked
package org.reactivesessions.mvc;

import org.jspecify.annotations.NullMarked;
