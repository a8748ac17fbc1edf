/**
 * What clients intended and were told, outside of the database: written by {@link org.reactivesessions.proof.journal.Journal},
 * read by {@link org.reactivesessions.proof.journal.Journals} as one {@link org.reactivesessions.proof.journal.Entry} for each
 * operation. It knows nothing of any contestant.
 */
@NullMarked
package org.reactivesessions.proof.journal;

import org.jspecify.annotations.NullMarked;
