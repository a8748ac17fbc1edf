package org.reactivesessions.mvc;

import java.util.UUID;

/**
 * A transfer that was carried out. Immutable.
 *
 * @param id by which its entries are found
 * @param from the account that gave
 * @param to the account that got
 * @param amount how much
 */
record Order(UUID id, long from, long to, long amount) {}
