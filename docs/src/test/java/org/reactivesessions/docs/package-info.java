/**
 * The samples of README and guide, run against a real server, and the test that compares every block of the pages with them.
 */
@NullMarked
package org.reactivesessions.docs;

import org.jspecify.annotations.NullMarked;
