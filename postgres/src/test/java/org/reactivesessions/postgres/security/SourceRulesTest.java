package org.reactivesessions.postgres.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the sources themselves must not say. Each rule is shown to find what is planted. */
class SourceRulesTest {

    private static final List<Path> MAIN = List.of(Path.of("../core/src/main"), Path.of("src/main"));

    /** In front of a text that begins like SQL and behind it there is something else. */
    private static final Pattern SQL_THAT_IS_PUT_TOGETHER = Pattern.compile(
            "\"(?:SELECT|INSERT|UPDATE|DELETE|WITH|VALUES|SET|RESET|SHOW|CALL|DECLARE|FETCH|CLOSE|LISTEN|UNLISTEN|NOTIFY|LOCK"
                    + "|CREATE|ALTER|DROP|GRANT|BEGIN|SAVEPOINT|RELEASE|ROLLBACK)\\b[^\"\\n]*\"\\s*\\+(?!\\s*\")");

    /**
     * Where SQL is put together, and what from. A file that is new here puts something into a text of SQL: if it is a value of the
     * application, it has to go through {@code SqlLiteral} or to be bound.
     */
    private static final Map<String, String> PUT_TOGETHER = Map.of(
            "Dialect.java", "names of savepoints, which are ours",
            "PostgresDialect.java", "names of savepoints, which are ours",
            "OwnedConnection.java", "what is said of a command, and not sent",
            "SharedConnection.java", "what is said of a command, and not sent",
            "SavepointConnection.java", "what is said of a command, and not sent",
            "Verdict.java", "what is said of a command, and not sent",
            "NestedEntrance.java", "what is said of a command, and not sent",
            "PostgresCommitMarker.java", "tokens, which are UUIDs, and numbers",
            "PostgresCursors.java", "names of cursors, which are ours; numbers; the statement itself",
            "PostgresGatedConnection.java", "one of two names of settings, and a number");

    /** The only ones that may write a value of the application into a text. */
    private static final Set<String> USERS_OF_LITERALS =
            Set.of("SqlLiteral.java", "BeginMessage.java", "SettingName.java");

    private static final Pattern ADVISORY_LOCK = Pattern.compile("pg_(?:try_)?advisory\\w*");

    private static Map<String, String> sources() {
        Map<String, String> sources = new TreeMap<>();
        for (Path root : MAIN) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    sources.put(file.getFileName().toString(), withoutComments(Files.readString(file)));
                }
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        return sources;
    }

    private static String withoutComments(String source) {
        return source.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("(?m)(^|\\s)//.*$", "");
    }

    private static List<String> thatContain(Map<String, String> sources, Pattern pattern) {
        List<String> names = new ArrayList<>();
        sources.forEach((name, source) -> {
            if (pattern.matcher(source).find()) {
                names.add(name);
            }
        });
        return names;
    }

    @SecurityRow("S14")
    @Test
    void sqlMustBePutTogetherInKnownPlacesOnly() {
        assertThat(thatContain(sources(), SQL_THAT_IS_PUT_TOGETHER))
                .as("new: say what it puts in, or bind it; gone: take it off the list")
                .containsExactlyInAnyOrderElementsOf(PUT_TOGETHER.keySet());
    }

    @SecurityRow("S14")
    @Test
    void valuesMustBeWrittenInOnePlaceOnly() {
        assertThat(thatContain(sources(), Pattern.compile("\\bSqlLiteral\\b")))
                .containsExactlyInAnyOrderElementsOf(USERS_OF_LITERALS);
        assertThat(thatContain(sources(), Pattern.compile("replace\\(\"'\", \"''\"\\)|\"E'")))
                .as("quoting beside it")
                .containsExactly("SqlLiteral.java");
    }

    /** There is none for applications: what is locked here is the schema of the markers, while it is made, by one constant. */
    @SecurityRow("S13")
    @Test
    void advisoryLocksMustBeOfTransactionsAndOfOneKey() {
        Map<String, String> sources = sources();
        assertThat(thatContain(sources, ADVISORY_LOCK))
                .containsExactlyInAnyOrder("PostgresReset.java", "commit_marker.sql");
        assertThat(ADVISORY_LOCK
                        .matcher(String.valueOf(sources.get("PostgresReset.java")))
                        .results())
                .allMatch(found -> found.group().equals("pg_advisory_unlock_all"));
        assertThat(ADVISORY_LOCK
                        .matcher(String.valueOf(sources.get("commit_marker.sql")))
                        .results())
                .singleElement()
                .satisfies(found -> assertThat(found.group()).isEqualTo("pg_advisory_xact_lock"));
        assertThat(sources.get("commit_marker.sql")).contains("pg_advisory_xact_lock(8241962870541398351)");
    }

    @Test
    void whatIsPlantedMustBeFound() {
        Map<String, String> planted = Map.of(
                "A.java", "run(\"SELECT name FROM customer WHERE mail = '\" + mail + \"'\")",
                "B.java", "run(\"SET LOCAL app.tenant = '\"\n    + tenant)",
                "C.java", "run(\"SELECT pg_advisory_lock(\" + key + \")\")",
                "D.java", "run(\"SELECT 1\"\n    + \" FROM item\")");
        assertThat(thatContain(planted, SQL_THAT_IS_PUT_TOGETHER))
                .containsExactlyInAnyOrder("A.java", "B.java", "C.java");
        assertThat(thatContain(planted, ADVISORY_LOCK)).containsExactly("C.java");
        assertThat(withoutComments("a(); // \"SELECT \" + b\n/* \"SELECT \" + b */"))
                .doesNotContain("SELECT");
    }
}
