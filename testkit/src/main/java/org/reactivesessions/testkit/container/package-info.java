/**
 * {@link org.reactivesessions.testkit.container.ContainerServer}: PostgreSQL in a container, for who has Docker. The only package that
 * imports Testcontainers.
 */
@NullMarked
package org.reactivesessions.testkit.container;

import org.jspecify.annotations.NullMarked;
