/** Tests of the lint rules. */
@NullMarked
package org.reactivesessions.testkit.lint;

import org.jspecify.annotations.NullMarked;
