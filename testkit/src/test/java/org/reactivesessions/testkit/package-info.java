/** Rules about the packages of this module. */
@NullMarked
package org.reactivesessions.testkit;

import org.jspecify.annotations.NullMarked;
