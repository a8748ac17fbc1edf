package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ChildJvmTest {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofSeconds(1);

    private static final String PROPERTY = "reactive-sessions.child-jvm-test";

    /** Prints what it is given. */
    static final class Echo {
        public static void main(String[] arguments) {
            System.out.println(String.join("+", arguments) + " " + System.getProperty(PROPERTY) + " "
                    + System.getProperty("option"));
            System.err.println("beside");
        }
    }

    /** Says why, and fails. */
    static final class Failing {
        public static void main(String[] arguments) {
            System.out.println("so far");
            System.err.println("and no farther");
            System.exit(3);
        }
    }

    /** Ends only if it is ended, and keeps its output open until then. */
    static final class Endless {
        public static void main(String[] arguments) throws InterruptedException {
            new CountDownLatch(1).await();
        }
    }

    private static Set<Long> children() {
        return ProcessHandle.current().children().map(ProcessHandle::pid).collect(Collectors.toSet());
    }

    @Test
    void whatItPrintsMustBeReturnedLineByLine() throws Exception {
        System.setProperty(PROPERTY, "passed on");
        try {
            assertThat(ChildJvm.of(Echo.class, "-Doption=set").run(LONG, "a", "b"))
                    .containsExactly("a+b passed on set");
        } finally {
            System.clearProperty(PROPERTY);
        }
    }

    @Test
    void oneThatFailsMustBeToldWithAllThatItPrinted() {
        assertThatThrownBy(() -> ChildJvm.of(Failing.class).run(LONG))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the JVM of Failing has ended with 3; it printed\nso far\nand as errors\n")
                .hasMessageEndingWith("and no farther");
    }

    @Test
    void oneThatDoesNotEndMustBeEndedWhenItsTimeIsOver() {
        Set<Long> before = children();

        assertThatThrownBy(() -> ChildJvm.of(Endless.class).run(SHORT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the JVM of Endless has not ended within PT1S; it printed");

        assertThat(children()).isSubsetOf(before);
    }
}
