package org.reactivesessions.pool;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A receiver that keeps what it gets. Thread-safe. */
final class Borrower implements Acquisition.Receiver {

    private final List<Lease> leases = new CopyOnWriteArrayList<>();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    @Override
    public void delivered(Lease lease) {
        leases.add(lease);
    }

    @Override
    public void failed(Throwable error) {
        errors.add(error);
    }

    List<Lease> leases() {
        return leases;
    }

    List<Throwable> errors() {
        return errors;
    }

    /** The one lease it got. */
    Lease lease() {
        if (leases.size() != 1) {
            throw new AssertionError("Expected one lease, but got " + leases + " and " + errors);
        }
        return leases.get(0);
    }

    /** The one error it got. */
    Throwable error() {
        if (errors.size() != 1) {
            throw new AssertionError("Expected one error, but got " + errors + " and " + leases);
        }
        return errors.get(0);
    }

    /** Borrows from a source, at once if it can. */
    static Borrower of(ConnectionSource source) {
        Borrower borrower = new Borrower();
        source.acquisition(borrower, "report", false).start();
        return borrower;
    }
}
