/** Tests of that program with the testkit, one class per feature. */
@NullMarked
package org.reactivesessions.sample;

import org.jspecify.annotations.NullMarked;
