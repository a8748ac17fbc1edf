/** Two tools for a language model: a transfer that says honestly how it ended, and how the database is. */
@NullMarked
package org.reactivesessions.mcp;

import org.jspecify.annotations.NullMarked;
