package org.reactivesessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.reactivesessions.pool.ResetPolicy;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Sessions of a scripted database on a clock that stands still; afterwards no connection may be out and nothing dropped. */
final class Sessions implements BeforeEachCallback, AfterEachCallback {

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();
    private final NothingDropped dropped = new NothingDropped();
    private final ScriptedDatabase database = ScriptedDatabase.plain();
    private final List<String> ends = new CopyOnWriteArrayList<>();
    private final ReactiveSessions sessions = ReactiveSessions.builder(database)
            .maxSize(1)
            .reset(ResetPolicy.TRANSACTION_ONLY)
            .listener((name, phase, outcome, error) -> ends.add(name + " " + phase + " " + outcome))
            .build();

    ScriptedDatabase database() {
        return database;
    }

    ReactiveSessions open() {
        return sessions;
    }

    VirtualTimeScheduler clock() {
        return clock;
    }

    List<String> ends() {
        return ends;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        dropped.beforeEach(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        try {
            assertThat(sessions.poolStatus().acquired())
                    .as("connections that are out")
                    .isZero();
            assertThat(sessions.poolStatus().pending()).as("scopes that wait").isZero();
            dropped.afterEach(context);
        } finally {
            clock.dispose();
            VirtualTimeScheduler.reset();
        }
    }
}
