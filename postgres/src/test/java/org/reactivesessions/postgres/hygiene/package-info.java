/**
 * What every integration test must leave behind: nothing. {@link org.reactivesessions.postgres.hygiene.Hygiene} watches all
 * test classes of this module.
 */
@NullMarked
package org.reactivesessions.postgres.hygiene;

import org.jspecify.annotations.NullMarked;
