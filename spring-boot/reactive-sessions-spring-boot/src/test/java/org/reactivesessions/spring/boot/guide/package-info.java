/** The application of the guide. */
@NullMarked
package org.reactivesessions.spring.boot.guide;

import org.jspecify.annotations.NullMarked;
