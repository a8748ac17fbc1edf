package org.reactivesessions.postgres.matrix;

import java.lang.reflect.Method;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test of {@link FaultRows} that names no row, or has not checked an invariant it names. */
final class InvariantsChecked implements AfterTestExecutionCallback {

    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isEmpty()) {
            FaultRows test = (FaultRows) context.getRequiredTestInstance();
            String objection =
                    objection(context.getRequiredTestMethod(), test.check().checked());
            if (objection != null) {
                throw new AssertionError(objection);
            }
        }
    }

    /** Why a test that has passed fails all the same, or {@code null}. */
    static @Nullable String objection(Method test, Set<Invariant> checked) {
        FaultRow row = test.getAnnotation(FaultRow.class);
        if (row == null) {
            return test.getName() + " names no row; say which by @FaultRow";
        }
        Set<Invariant> missing = EnumSet.noneOf(Invariant.class);
        missing.addAll(List.of(row.invariants()));
        missing.removeAll(checked);
        return missing.isEmpty() ? null : test.getName() + " names, but has not checked " + missing;
    }
}
