/**
 * Who holds a physical connection. {@link org.reactivesessions.pool.ConnectionSource} hands out
 * {@link org.reactivesessions.pool.Lease leases} through an {@link org.reactivesessions.pool.Acquisition},
 * {@link org.reactivesessions.pool.PoolOptions} sizes it, {@link org.reactivesessions.pool.PoolStatus} shows it,
 * {@link org.reactivesessions.pool.ResetPolicy} keeps what one holder leaves from the next, by
 * {@link org.reactivesessions.pool.Reuse}. The only importer of r2dbc-pool.
 */
@NullMarked
package org.reactivesessions.pool;

import org.jspecify.annotations.NullMarked;
