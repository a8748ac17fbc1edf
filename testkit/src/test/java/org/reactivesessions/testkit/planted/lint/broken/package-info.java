/** Planted to break each lint rule. */
@NullMarked
package org.reactivesessions.testkit.planted.lint.broken;

import org.jspecify.annotations.NullMarked;
