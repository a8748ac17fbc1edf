package org.reactivesessions.testkit.planted.contract;

import io.r2dbc.h2.H2ConnectionFactory;

/** Breaks, on purpose, the rule that the contract knows no driver. */
public final class PlantedContract {

    private PlantedContract() {}

    public static String name() {
        return "contract of " + H2ConnectionFactory.class.getSimpleName();
    }
}
