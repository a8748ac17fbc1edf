/** {@link org.reactivesessions.testkit.sessions.SessionsParameter}: reactive sessions as a parameter of a test. */
@NullMarked
package org.reactivesessions.testkit.sessions;

import org.jspecify.annotations.NullMarked;
