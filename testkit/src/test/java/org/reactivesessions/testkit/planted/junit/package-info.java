/** A class that breaks the rules on purpose, so that they can be seen to fail. */
@NullMarked
package org.reactivesessions.testkit.planted.junit;

import org.jspecify.annotations.NullMarked;
