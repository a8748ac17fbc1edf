/** The tools as a client sees them. */
@NullMarked
package org.reactivesessions.mcp;

import org.jspecify.annotations.NullMarked;
