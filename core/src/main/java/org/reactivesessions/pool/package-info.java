/**
 * Who holds a physical connection. {@link org.reactivesessions.pool.ConnectionSource} hands out
 * {@link org.reactivesessions.pool.Lease leases} through an {@link org.reactivesessions.pool.Acquisition},
 * {@link org.reactivesessions.pool.PoolOptions} sizes it, {@link org.reactivesessions.pool.PoolStatus} shows it. The only
 * importer of r2dbc-pool.
 */
@NullMarked
package org.reactivesessions.pool;

import org.jspecify.annotations.NullMarked;
