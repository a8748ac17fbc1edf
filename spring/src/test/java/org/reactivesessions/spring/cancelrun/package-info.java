/** Random cancels of {@code @Transactional} methods, on sessions and on Spring's own transaction manager. */
@NullMarked
package org.reactivesessions.spring.cancelrun;

import org.jspecify.annotations.NullMarked;
