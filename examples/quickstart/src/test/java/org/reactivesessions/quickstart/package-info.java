/** The program as it is, and with a planted mistake. */
@NullMarked
package org.reactivesessions.quickstart;

import org.jspecify.annotations.NullMarked;
