/** Tests of the scanner. */
@NullMarked
package org.reactivesessions.testkit.scan;

import org.jspecify.annotations.NullMarked;
