package org.reactivesessions.scripted;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One message that reached the wire, and its answer, which the test gives unless the script does. An answer consists of
 * rows ({@link ScriptedRow}), counts ({@link Long}) and an end.
 *
 * <p>As thread-safe as a Reactor sink: signals come one at a time.
 */
public final class Exchange {

    private final String command;
    private final String text;
    private final Thread thread = Thread.currentThread();
    private final boolean stubborn;
    private final Runnable success;
    private final Sinks.Many<Object> answer = Sinks.many().unicast().onBackpressureBuffer();
    private final List<String> touches = new CopyOnWriteArrayList<>();
    private volatile boolean ended;

    Exchange(String command, String text, boolean stubborn, Runnable success) {
        this.stubborn = stubborn;
        this.command = command;
        this.text = text;
        this.success = success;
    }

    /** What was sent, without values; the key of the script. */
    String command() {
        return command;
    }

    /** What was sent. */
    public String text() {
        return text;
    }

    /** The thread that sent it. */
    public Thread thread() {
        return thread;
    }

    /** Every request and cancel the driver heard, in order, each with its thread: {@code request 1@main}. */
    public List<String> touches() {
        return touches;
    }

    /** Whether the driver heard a cancel. */
    public boolean isCancelled() {
        return touches.stream().anyMatch(touch -> touch.startsWith("cancel"));
    }

    /** Whether the answer has come to its end. */
    public boolean isEnded() {
        return ended;
    }

    /** Answers with rows of one column each. */
    public Exchange rows(Object... values) {
        for (Object value : values) {
            answer.tryEmitNext(new ScriptedRow(value));
        }
        return this;
    }

    /** Answers with anything a result may consist of. */
    Exchange elements(List<?> elements) {
        elements.forEach(answer::tryEmitNext);
        return this;
    }

    /** Ends the answer well. */
    public void complete() {
        if (!ended) {
            ended = true;
            success.run();
            answer.tryEmitComplete();
        }
    }

    /** Ends the answer with an error. */
    public void fail(Throwable error) {
        if (!ended) {
            ended = true;
            answer.tryEmitError(error);
        }
    }

    Flux<Object> answer() {
        return stubborn ? new Stubborn(signals()) : signals();
    }

    /** Throws out of a cancel, as no driver should. */
    private static final class Stubborn extends Flux<Object> {

        private final Flux<Object> source;

        Stubborn(Flux<Object> source) {
            this.source = source;
        }

        @Override
        public void subscribe(CoreSubscriber<? super Object> actual) {
            source.subscribe(new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    actual.onSubscribe(new Subscription() {
                        @Override
                        public void request(long n) {
                            subscription.request(n);
                        }

                        @Override
                        public void cancel() {
                            throw new IllegalStateException("the driver cannot cancel");
                        }
                    });
                }

                @Override
                protected void hookOnNext(Object element) {
                    actual.onNext(element);
                }

                @Override
                protected void hookOnError(Throwable error) {
                    actual.onError(error);
                }

                @Override
                protected void hookOnComplete() {
                    actual.onComplete();
                }
            });
        }
    }

    private Flux<Object> signals() {
        return answer.asFlux()
                .onTerminateDetach()
                .doOnRequest(n -> touches.add("request " + (n == Long.MAX_VALUE ? "all" : n) + here()))
                .doOnCancel(() -> touches.add("cancel" + here()));
    }

    Mono<Void> end() {
        return answer().then();
    }

    private static String here() {
        return "@" + Thread.currentThread().getName();
    }
}
