package org.reactivesessions.postgres;

import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/**
 * The rows of a statement without parameters, read to their end even if their subscriber leaves or their mapping function
 * throws. The driver holds up to 256 messages of such a statement in a window, and the window's cancel drops them without
 * releasing their buffers. It would read the rest from the wire in any case, so nothing is read that would not be.
 *
 * <p>Confined to the connection's event loop, except {@link #cancel}.
 */
final class ReadToEnd<T> implements CoreSubscriber<Object>, Subscription {

    private static final Logger log = LoggerFactory.getLogger(ReadToEnd.class);
    private static final Object SKIPPED = new Object();

    private final CoreSubscriber<? super T> actual;
    private volatile boolean left;
    private @Nullable Throwable failure;
    private @Nullable Subscription upstream;

    /** Only where there is something to stop. */
    private Sinks.@Nullable Empty<Void> gone;

    private ReadToEnd(CoreSubscriber<? super T> actual) {
        this.actual = actual;
    }

    /**
     * Reads to the end what is made from a reader.
     *
     * @param reading makes the driver's publisher; every call of a function of the application goes through
     *     {@link #mapped} or {@link #attempt}
     */
    static <T> Flux<T> of(Function<ReadToEnd<T>, Publisher<?>> reading) {
        return new Flux<T>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                ReadToEnd<T> reader = new ReadToEnd<>(actual);
                reading.apply(reader).subscribe(reader);
            }
        };
    }

    /** What a row is mapped to, or something that stands for nothing. */
    Object mapped(Supplier<? extends @Nullable Object> mapping) {
        return attempt(mapping, SKIPPED);
    }

    /** What a function makes, or something else if nobody wants it, or if it fails, which ends the reading. */
    <R> R attempt(Supplier<? extends @Nullable R> function, R otherwise) {
        if (left) {
            return otherwise;
        }
        try {
            R made = function.get();
            if (made != null) {
                return made;
            }
            fail(new NullPointerException("The mapping function returned null; map to an Optional instead"));
        } catch (Throwable thrown) {
            fail(thrown);
        }
        return otherwise;
    }

    /** A publisher of the application, which is cancelled when nobody wants it any more. */
    <R> Publisher<? extends R> whileWanted(Publisher<? extends R> inner) {
        return Flux.<R>from(inner).takeUntilOther(gone().asMono());
    }

    private synchronized Sinks.Empty<Void> gone() {
        if (gone == null) {
            gone = Sinks.empty();
            if (left) {
                gone.tryEmitEmpty();
            }
        }
        return gone;
    }

    /** From now on nobody wants to hear any more. */
    private void leave() {
        left = true;
        Sinks.Empty<Void> stop;
        synchronized (this) {
            stop = gone;
        }
        if (stop != null) {
            stop.tryEmitEmpty();
        }
    }

    private void fail(Throwable error) {
        failure = error;
        leave();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        upstream = subscription;
        actual.onSubscribe(this);
    }

    @Override
    @SuppressWarnings("unchecked") // it is what a mapping function of this T made
    public void onNext(Object element) {
        if (!left) {
            actual.onNext((T) element);
        } else if (element != SKIPPED) {
            Operators.onDiscard(element, actual.currentContext());
        }
        tellFailure();
    }

    private void tellFailure() {
        Throwable error = failure;
        if (error != null) {
            failure = null;
            request(Long.MAX_VALUE);
            actual.onError(error);
        }
    }

    @Override
    public void onError(Throwable error) {
        tellFailure();
        if (left) {
            log.debug("Rows that nobody wants any more ended with an error", error);
        } else {
            actual.onError(error);
        }
    }

    @Override
    public void onComplete() {
        tellFailure();
        if (!left) {
            actual.onComplete();
        }
    }

    @Override
    public void request(long n) {
        Subscription driver = upstream;
        if (driver != null) {
            driver.request(n);
        }
    }

    @Override
    public void cancel() {
        leave();
        request(Long.MAX_VALUE);
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }
}
