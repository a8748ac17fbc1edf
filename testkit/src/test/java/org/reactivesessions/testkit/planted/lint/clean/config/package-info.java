/** Where the driver may be used. */
@NullMarked
package org.reactivesessions.testkit.planted.lint.clean.config;

import org.jspecify.annotations.NullMarked;
