package org.reactivesessions.scripted;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.core.publisher.Hooks;

/** Fails a test during which Reactor dropped an element or an error, because nobody was there to hear it. */
public final class NothingDropped implements BeforeEachCallback, AfterEachCallback {

    private final List<Object> dropped = new CopyOnWriteArrayList<>();

    @Override
    public void beforeEach(ExtensionContext context) {
        dropped.clear();
        Hooks.onNextDropped(dropped::add);
        Hooks.onErrorDropped(dropped::add);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Hooks.resetOnNextDropped();
        Hooks.resetOnErrorDropped();
        assertThat(dropped).as("signals that were dropped").isEmpty();
    }

    /** Takes what was dropped so far, for a test that expects it. */
    public List<Object> take() {
        List<Object> taken = List.copyOf(dropped);
        dropped.clear();
        return taken;
    }
}
