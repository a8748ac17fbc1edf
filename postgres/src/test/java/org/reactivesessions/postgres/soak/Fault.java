package org.reactivesessions.postgres.soak;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;

/** What the nemesis does; each ends with everything as it was before. */
enum Fault {
    TERMINATED("a session is ended (57P01)", 6) {
        @Override
        void strike(Scene scene, Random random) throws SQLException {
            scene.run("SELECT pg_terminate_backend(" + scene.anyBackend() + ")");
        }
    },
    CANCELLED("a statement is cancelled (57014)", 6) {
        @Override
        void strike(Scene scene, Random random) throws SQLException {
            scene.run("SELECT pg_cancel_backend(" + scene.anyBackend() + ")");
        }
    },
    ALL_TERMINATED("all sessions are ended (57P01)", 2) {
        @Override
        void strike(Scene scene, Random random) throws SQLException {
            scene.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
        }
    },
    BACKEND_FROZEN("one process is stopped (SIGSTOP) for up to 4 s", 4) {
        @Override
        void strike(Scene scene, Random random) throws SQLException, InterruptedException {
            int pid = scene.anyBackend();
            if (pid != 0) {
                Frozen.during(pid, Duration.ofMillis(500 + random.nextInt(3_501)));
            }
        }
    },
    SERVER_FROZEN("all processes are stopped (SIGSTOP) for up to 3 s", 2) {
        @Override
        void strike(Scene scene, Random random) throws InterruptedException {
            scene.server().freeze();
            try {
                pause(random, 300, 3_000);
            } finally {
                scene.server().thaw();
            }
        }
    },
    RESTARTED("the server is restarted", 1) {
        @Override
        void strike(Scene scene, Random random) {
            scene.server().restart();
        }
    },
    CRASHED("all processes are killed (SIGKILL), and the server is started again", 1) {
        @Override
        void strike(Scene scene, Random random) throws InterruptedException {
            scene.server().crash();
            pause(random, 0, 2_000);
            scene.server().restart();
        }
    },
    RESET("all connections are reset (RST)", 3) {
        @Override
        void strike(Scene scene, Random random) {
            scene.proxy().resetAll();
        }
    },
    PORT_CLOSED("all connections are reset, and new ones refused for up to 2 s", 2) {
        @Override
        void strike(Scene scene, Random random) throws InterruptedException {
            scene.proxy().closePort();
            try {
                scene.proxy().resetAll();
                pause(random, 200, 2_000);
            } finally {
                scene.proxy().openPort();
            }
        }
    },
    BLACK_HOLE("nothing arrives, of one side or of both, for up to 3 s; then reset", 4) {
        @Override
        void strike(Scene scene, Random random) throws InterruptedException {
            int sides = random.nextInt(3);
            Rule client = sides != 1 ? scene.proxy().drop(FrameMatch.fromClient()) : null;
            Rule server = sides != 0 ? scene.proxy().drop(FrameMatch.fromServer()) : null;
            pause(random, 300, 3_000);
            scene.proxy()
                    .resetAll(); // what was swallowed is lost, so nothing that follows on the same links makes sense
            for (Rule rule : new Rule[] {client, server}) {
                if (rule != null) {
                    rule.remove();
                }
            }
        }
    },
    SLOW("everything takes 5 to 50 ms longer each way, for up to 4 s", 4) {
        @Override
        void strike(Scene scene, Random random) throws InterruptedException {
            scene.proxy().latency(Duration.ofMillis(5 + random.nextInt(46)));
            pause(random, 500, 4_000);
            scene.proxy().noLatency();
        }
    },
    LOCKED("half of the accounts are locked for up to 2 s (55P03)", 4) {
        @Override
        void strike(Scene scene, Random random) throws SQLException, InterruptedException {
            try (Connection holder = scene.database().openJdbc();
                    Statement statement = holder.createStatement()) {
                holder.setAutoCommit(false);
                statement.execute(
                        "SELECT id FROM account WHERE id % 2 = " + random.nextInt(2) + " ORDER BY id FOR UPDATE");
                pause(random, 300, 2_000);
                holder.rollback();
            }
        }
    };

    private final String words;
    private final int weight;

    Fault(String words, int weight) {
        this.words = words;
        this.weight = weight;
    }

    abstract void strike(Scene scene, Random random) throws SQLException, InterruptedException;

    String words() {
        return words;
    }

    int weight() {
        return weight;
    }

    private static void pause(Random random, int leastMillis, int mostMillis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(leastMillis + random.nextInt(mostMillis - leastMillis + 1));
    }
}
