package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.EventLoop;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.Race;
import reactor.core.publisher.Mono;

class CensusTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final Census census = new Census();
    private final List<String> heard = new ArrayList<>();

    private void await(String name) {
        census.none().subscribe(nothing -> {}, error -> {}, () -> heard.add(name));
    }

    @Test
    void nobodyMustWaitForNothing() {
        await("empty");

        assertThat(heard).containsExactly("empty");
        assertThat(census.count()).isZero();
    }

    @Test
    void everybodyMustWaitForTheLast() {
        census.enter();
        census.enter();
        await("first");
        await("second");
        census.exit();
        assertThat(heard).isEmpty();
        assertThat(census.count()).isEqualTo(1);
        census.exit();

        assertThat(heard).containsExactly("first", "second");
    }

    @Test
    void aMonoMustCountAnewAtEverySubscription() {
        Mono<Void> none = census.none();
        census.enter();
        none.subscribe(nothing -> {}, error -> {}, () -> heard.add("waited"));
        assertThat(heard).isEmpty();
        census.exit();
        none.subscribe(nothing -> {}, error -> {}, () -> heard.add("at once"));

        assertThat(heard).containsExactly("waited", "at once");
    }

    @Test
    void whoWaitsMustHearOfAnExitFromAnotherThread() {
        Race.run(2, () -> new Race.Round() {

            private final CountDownLatch none = new CountDownLatch(1);

            @Override
            public List<Runnable> contestants() {
                census.enter();
                return List.of(
                        census::exit, () -> census.none().subscribe(nothing -> {}, error -> {}, none::countDown));
            }

            @Override
            public void check() {
                EventLoop.await(none);
                assertThat(census.count()).isZero();
            }
        });
    }
}
