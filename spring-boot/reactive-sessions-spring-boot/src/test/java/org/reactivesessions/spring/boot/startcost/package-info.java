/** What the starter adds to an application when it starts: a program of its own. */
@NullMarked
package org.reactivesessions.spring.boot.startcost;

import org.jspecify.annotations.NullMarked;
