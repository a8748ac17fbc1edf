package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.Race;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.PublisherProbe;
import reactor.util.context.Context;

class ControlCommandTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final List<String> answers = new CopyOnWriteArrayList<>();
    private final ControlCommand command = command(Context.empty());
    private final Sinks.Empty<Void> database = Sinks.empty();

    private ControlCommand command(Context context) {
        return new ControlCommand("BEGIN", context, (answered, error) -> answers.add(answer(error)));
    }

    private static String answer(@Nullable Throwable error) {
        return error == null ? "done" : String.valueOf(error.getMessage());
    }

    @Test
    void aGoodAnswerMustBeHeardOnce() {
        command.run(database::asMono);
        assertThat(answers).isEmpty();
        database.tryEmitEmpty();
        command.expire(new TimeoutException("late"));

        assertThat(answers).containsExactly("done");
        assertThat(command.isExpired()).isFalse();
        assertThat(command.isUnsent()).isFalse();
    }

    @Test
    void anErrorMustBeHeardOnce() {
        command.run(() -> Mono.error(new IllegalStateException("refused")));
        command.expire(new TimeoutException("late"));

        assertThat(answers).containsExactly("refused");
    }

    @Test
    void aCommandThatCannotBeMadeMustBeAnError() {
        command.run(() -> {
            throw new NoClassDefFoundError("driver");
        });

        assertThat(answers).containsExactly("driver");
    }

    @Test
    void elementsMustBeIgnored() {
        command.run(ControlCommandTest::emitting);

        assertThat(answers).containsExactly("done");
    }

    @SuppressWarnings("unchecked") // A driver in whose type nobody looked.
    private static Publisher<Void> emitting() {
        return (Publisher<Void>) (Publisher<?>) Flux.just(1, 2);
    }

    @Test
    void anAnswerBehindTheDeadlineMustBeSwallowed() {
        command.run(database::asMono);
        command.expire(new TimeoutException("deadline"));
        assertThat(command.isExpired()).isTrue();
        assertThat(command.isUnsent()).isFalse();
        database.tryEmitEmpty();

        ControlCommand failing = command(Context.empty());
        Sinks.Empty<Void> slow = Sinks.empty();
        failing.run(slow::asMono);
        failing.expire(new TimeoutException("deadline"));
        slow.tryEmitError(new IllegalStateException("late"));

        assertThat(answers).containsExactly("deadline", "deadline");
    }

    @Test
    void anExpiredCommandMustNotBeCancelled() {
        PublisherProbe<Void> probe = PublisherProbe.of(database.asMono());
        command.run(probe::mono);
        command.expire(new TimeoutException("deadline"));

        probe.assertWasSubscribed();
        probe.assertWasNotCancelled();
    }

    @Test
    void anExpiredCommandMustNotBeSentAnyMore() {
        PublisherProbe<Void> probe = PublisherProbe.empty();
        command.expire(new TimeoutException("deadline"));
        command.run(probe::mono);

        probe.assertWasNotSubscribed();
        assertThat(answers).containsExactly("deadline");
        assertThat(command.isUnsent()).isTrue();
        assertThat(command.isExpired()).isTrue();
    }

    @Test
    void anAbandonedCommandMustNeitherBeSentNorAnswered() {
        PublisherProbe<Void> probe = PublisherProbe.empty();
        assertThat(command.abandon()).isTrue();
        command.run(probe::mono);
        command.expire(new TimeoutException("deadline"));

        probe.assertWasNotSubscribed();
        assertThat(answers).isEmpty();
        assertThat(command.isExpired()).isFalse();
        assertThat(command.abandon()).isFalse();
    }

    @Test
    void itsPublisherMustSeeItsContext() {
        List<Context> seen = new ArrayList<>();
        command(Context.of("user", "ann"))
                .run(() -> Mono.deferContextual(view -> {
                    seen.add(Context.of(view));
                    return Mono.empty();
                }));

        assertThat(seen)
                .singleElement()
                .satisfies(context -> assertThat(context.<String>get("user")).isEqualTo("ann"));
    }

    @Test
    void answerAndDeadlineMustExcludeEachOther() {
        Race.run(3, () -> new Race.Round() {

            private final List<String> heard = new CopyOnWriteArrayList<>();
            private final ControlCommand contested =
                    new ControlCommand("COMMIT", Context.empty(), (answered, error) -> heard.add(answer(error)));
            private final Sinks.Empty<Void> answer = Sinks.empty();

            @Override
            public List<Runnable> contestants() {
                return List.of(
                        () -> contested.run(answer::asMono),
                        answer::tryEmitEmpty,
                        () -> contested.expire(new TimeoutException("deadline")));
            }

            @Override
            public void check() {
                assertThat(heard).hasSize(1);
                assertThat(contested.isExpired()).isEqualTo(heard.contains("deadline"));
            }
        });
    }
}
