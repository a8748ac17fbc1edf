package org.reactivesessions.proof.workload;

/**
 * What a transaction saw of a list.
 *
 * @param key the key of the list
 * @param length how many operations were in it
 * @param digest of all of them, in their order
 */
public record Seen(long key, int length, String digest) {}
