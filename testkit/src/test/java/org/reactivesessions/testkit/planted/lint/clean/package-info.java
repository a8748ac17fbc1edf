/** What the planted classes should have done instead. */
@NullMarked
package org.reactivesessions.testkit.planted.lint.clean;

import org.jspecify.annotations.NullMarked;
