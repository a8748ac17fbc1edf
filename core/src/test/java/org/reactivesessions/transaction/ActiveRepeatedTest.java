package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.test.subscriber.TestSubscriber;

/** What is seen of a transaction that is run again. */
class ActiveRepeatedTest extends Retried {

    @Test
    void itMustBeSeenOnceBetweenTwoAttemptsAndInTheSecondOne() {
        database.fails("UPDATE", Retried::conflict);
        TestSubscriber<Long> subscriber = transfer(RETRY);
        assertThat(look()).containsExactly("transfer ACQUIRING, attempt 2, place 1");
        database.recovers("UPDATE");
        database.hold("UPDATE");
        stage.pass(WAIT);

        assertThat(look()).containsExactly("transfer ACTIVE, attempt 2, place 0");
        database.last("UPDATE").complete();
        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(look()).isEmpty();
    }

    private List<String> look() {
        return stage.transactions().look().stream()
                .map(session -> session.name() + " " + session.phase() + ", attempt " + session.attempt() + ", place "
                        + session.waitingPosition())
                .toList();
    }
}
