package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;
import reactor.util.context.Context;

class GatedSubscriberTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final WireExecutor executor = WireExecutorTest.executor(ScriptedDatabase.plain());
    private final List<Throwable> crashes = new ArrayList<>();
    private final StatementGate gate = new StatementGate(executor, crashes::add);
    private final Probe driver = new Probe();

    private Flux<String> gated() {
        return gate.flux("SELECT 1", driver);
    }

    @Test
    void demandBeforeTheSubscriptionMustReachTheDriverInOnePiece() {
        TestSubscriber<String> subscriber =
                TestSubscriber.builder().initialRequest(0).build();
        executor.execute(() -> {
            gated().subscribe(subscriber);
            subscriber.request(2);
            subscriber.request(3);
        });

        assertThat(driver.heard()).containsExactly("subscribe", "request 5", "subscribed");
    }

    @Test
    void demandAfterTheSubscriptionMustReachTheDriverAsItComes() {
        TestSubscriber<String> subscriber =
                TestSubscriber.builder().initialRequest(0).build();
        gated().subscribe(subscriber);
        subscriber.request(2);
        subscriber.request(Long.MAX_VALUE);

        assertThat(driver.heard()).containsExactly("subscribe", "subscribed", "request 2", "request all");
    }

    @Test
    void invalidDemandBeforeTheSubscriptionMustNotReachTheDriver() {
        executor.execute(() -> {
            Held held = new Held();
            gated().subscribe(held);
            held.subscription().request(-1);
            held.subscription().request(7);
        });

        assertThat(driver.heard()).containsExactly("subscribe", "request 7", "subscribed");
    }

    @Test
    void signalsMustPassThrough() {
        StepVerifier.create(gated())
                .then(() -> {
                    driver.subscriber().onNext("a");
                    driver.subscriber().onNext("b");
                    driver.subscriber().onComplete();
                })
                .expectNext("a", "b")
                .verifyComplete();
    }

    @Test
    void aMonoMustPassItsSignals() {
        StepVerifier.create(gate.mono("VALIDATE", driver))
                .then(() -> driver.subscriber().onError(new IllegalStateException("driver")))
                .verifyErrorMessage("driver");
    }

    @Test
    void signalsAfterTheEndMustBeSwallowed() {
        TestSubscriber<String> subscriber = TestSubscriber.create();
        gated().subscribe(subscriber);
        driver.subscriber().onComplete();
        driver.subscriber().onNext("late");
        driver.subscriber().onError(new IllegalStateException("late"));
        driver.subscriber().onComplete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(subscriber.getReceivedOnNext()).isEmpty();
        assertThat(subscriber.getProtocolErrors()).isEmpty();
    }

    @Test
    void elementsAfterACancelMustGoToTheApplicationsDiscardHook() {
        List<Object> discarded = new ArrayList<>();
        TestSubscriber<String> subscriber = TestSubscriber.create();
        gated().doOnDiscard(String.class, discarded::add).subscribe(subscriber);
        subscriber.cancel();
        driver.subscriber().onNext("late");
        driver.subscriber().onError(new IllegalStateException("late"));

        assertThat(discarded).containsExactly("late");
        assertThat(subscriber.getReceivedOnNext()).isEmpty();
    }

    @Test
    void theDriverMustSeeTheContextWithoutDiscardHooks() {
        List<Context> contexts = new ArrayList<>();
        gated().doOnDiscard(Object.class, any -> {})
                .contextWrite(Context.of("user", "ann"))
                .subscribe(TestSubscriber.create());
        contexts.add(((CoreSubscriber<? super String>) driver.subscriber()).currentContext());

        assertThat(contexts).singleElement().satisfies(context -> {
            assertThat(context.<String>get("user")).isEqualTo("ann");
            assertThat(context.size()).isEqualTo(1);
        });
    }

    @Test
    void aCancelMustReachTheDriverOnce() {
        TestSubscriber<String> subscriber = TestSubscriber.create();
        gated().subscribe(subscriber);
        subscriber.cancel();
        subscriber.cancel();

        assertThat(driver.heard()).containsExactly("subscribe", "request all", "subscribed", "cancel");
    }

    @Test
    void aCancelDuringSubscribeMustWaitForItsReturn() {
        TestSubscriber<String> subscriber = TestSubscriber.create();
        driver.during(subscriber::cancel);
        gated().subscribe(subscriber);

        assertThat(driver.heard()).containsExactly("subscribe", "request all", "subscribed", "cancel");
    }

    @Test
    void aCancelBeforeTheTurnMustSendNothing() {
        TestSubscriber<String> subscriber = TestSubscriber.create();
        executor.execute(() -> {
            gated().subscribe(subscriber);
            subscriber.cancel();
        });

        assertThat(driver.heard()).isEmpty();
        assertThat(gate.openStatement()).isNull();
    }

    @Test
    void aCancelBeforeALateOnSubscribeMustReachTheDriver() {
        TestSubscriber<String> subscriber = TestSubscriber.create();
        driver.late();
        gated().subscribe(subscriber);
        subscriber.cancel();
        driver.arrive();

        assertThat(driver.heard()).containsExactly("subscribe", "subscribed", "cancel");
    }

    @Test
    void aSecondOnSubscribeMustBeCancelled() {
        gated().subscribe(TestSubscriber.create());
        Probe second = new Probe();
        driver.subscriber().onSubscribe(second);

        assertThat(second.heard()).containsExactly("cancel");
    }

    @Test
    void aDriverThatThrowsOutOfSubscribeMustBecomeAnError() {
        driver.during(() -> {
            throw new IllegalStateException("driver");
        });

        StepVerifier.create(gated()).verifyErrorMessage("driver");
        assertThat(gate.openStatement()).isNull();
        assertThat(crashes).isEmpty();
    }

    @Test
    void aSubscriberThatThrowsOutOfOnNextMustEndTheScopeAndNotTheDriver() {
        gated().subscribe(new Throwing("next"));
        driver.subscriber().onNext("a");
        driver.subscriber().onNext("b");

        assertThat(crashes).singleElement().isInstanceOf(LinkageError.class);
        assertThat(driver.heard()).endsWith("subscribed", "cancel");
        assertThat(gate.openStatement()).isNull();
    }

    @Test
    void aSubscriberThatThrowsOutOfATerminalSignalMustEndTheScope() {
        gated().subscribe(new Throwing("complete"));
        driver.subscriber().onComplete();
        gated().subscribe(new Throwing("error"));
        driver.subscriber().onError(new IllegalStateException("driver"));

        assertThat(crashes).hasSize(2).allMatch(LinkageError.class::isInstance);
    }

    @Test
    void theSubscriberMustTellAboutItself() {
        TestSubscriber<String> subscriber = TestSubscriber.create();
        gated().subscribe(subscriber);
        Scannable gatedSubscriber = Scannable.from(driver.subscriber());

        assertThat(gatedSubscriber.scan(Scannable.Attr.ACTUAL)).isSameAs(subscriber);
        assertThat(gatedSubscriber.scanUnsafe(Scannable.Attr.PARENT)).isSameAs(driver);
        assertThat(gatedSubscriber.scan(Scannable.Attr.PREFETCH)).isZero();
        assertThat(gatedSubscriber.scan(Scannable.Attr.CANCELLED)).isFalse();
        subscriber.cancel();
        assertThat(gatedSubscriber.scan(Scannable.Attr.CANCELLED)).isTrue();
        assertThat(gatedSubscriber.scan(Scannable.Attr.TERMINATED)).isFalse();
        driver.subscriber().onComplete();
        assertThat(gatedSubscriber.scan(Scannable.Attr.TERMINATED)).isTrue();
    }

    /** Keeps its subscription. */
    private static final class Held extends BaseSubscriber<String> {

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // The test requests.
        }

        Subscription subscription() {
            return Objects.requireNonNull(upstream());
        }
    }

    /** A subscriber that breaks the rules, as one does whose class path is incomplete. */
    private record Throwing(String where) implements CoreSubscriber<String> {

        private void at(String signal) {
            if (signal.equals(where)) {
                throw new NoClassDefFoundError(signal);
            }
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String element) {
            at("next");
        }

        @Override
        public void onError(Throwable error) {
            at("error");
        }

        @Override
        public void onComplete() {
            at("complete");
        }
    }
}
