@NullMarked
package org.reactivesessions.error;

import org.jspecify.annotations.NullMarked;
