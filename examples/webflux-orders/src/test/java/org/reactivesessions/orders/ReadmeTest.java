package org.reactivesessions.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The one command that the README promises is one that this project has: its module, its goal, its program. */
class ReadmeTest {

    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Pattern COMMAND = Pattern.compile("(?m)^mvn -q -pl (\\S+) -am compile exec:exec$");
    private static final Pattern PROGRAM =
            Pattern.compile("<commandlineArgs>-classpath %classpath (\\S+) \\$\\{orders.args}<");

    private static String read(Path file) throws IOException {
        return Files.readString(file);
    }

    private static String only(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        assertThat(found.find()).as(pattern.pattern()).isTrue();
        String first = found.group(1);
        assertThat(found.find()).as("only one of " + pattern.pattern()).isFalse();
        return first;
    }

    @Test
    void itsCommandMustStartTheService() throws Exception {
        String module = only(COMMAND, read(MODULE.resolve("README.md")));
        String pom = read(MODULE.resolve("pom.xml"));

        assertThat(MODULE).endsWithRaw(Path.of(module));
        assertThat(read(MODULE.resolve("../../pom.xml"))).contains("<module>" + module + "</module>");
        assertThat(pom).as("skipped in the parent").contains("<exec.program.skip>false</exec.program.skip>");
        assertThat(only(PROGRAM, pom)).isEqualTo(OrdersApplication.class.getName());
    }

    @Test
    void itsArgumentsMustBeThoseOfThePom() throws Exception {
        String readme = read(MODULE.resolve("README.md"));

        assertThat(readme).contains("-Dorders.args=\"--orders.transactions=plain --server.port=8081\"");
        assertThat(read(MODULE.resolve("pom.xml"))).contains("<orders.args/>");
    }
}
