package org.reactivesessions.proof.workload;

import java.util.UUID;

/**
 * What one client does in one transaction.
 *
 * @param id of this operation and no other
 * @param client who does it
 * @param kind what it is
 * @param variant a small number that tells operations of one kind apart
 * @param from the account with the lower number, so that no two operations wait for each other
 * @param to the other account
 * @param amount what {@code from} gives, negative if it gets
 * @param serializable whether the transaction is to be SERIALIZABLE instead of READ COMMITTED
 * @param cancelMicros after which time a {@link OperationKind#CANCEL} is cancelled
 * @param generation which of the lists of an account it appends to
 */
public record Operation(
        UUID id,
        int client,
        OperationKind kind,
        int variant,
        int from,
        int to,
        int amount,
        boolean serializable,
        int cancelMicros,
        int generation) {

    /** How many accounts there are. */
    public static final int ACCOUNTS = 64;

    /** A part of every tenant, that nobody may write to a log. */
    public static final String SECRET = "opensesame";

    /** Whose work it is: one tenant for every client, and nobody's for every second operation, which sets none. */
    public String tenant() {
        return isOfTenant() ? "tenant-" + client + "-" + SECRET : "nobody";
    }

    /** Whether it sets a tenant. */
    boolean isOfTenant() {
        return (from + to) % 2 == 0;
    }

    /** The key of the list of an account. */
    public long list(int account) {
        return (long) generation * ACCOUNTS + account;
    }
}
