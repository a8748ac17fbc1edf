package org.reactivesessions.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the page with every setting. A test fails if the page is not what this makes of {@link Setting}. */
final class ConfigurationPage {

    static final String FILE = "docs/guide/configuration.md";
    static final String COMMAND =
            "mvn -q -pl postgres -am test-compile exec:exec@configuration -DconfigurationPage.skip=false";

    private static final String INTRODUCTION = """
            # Configuration

            Made from `Setting` by
            `%s`.

            | way | example |
            |---|---|
            | code | `PostgresSessions.builder().url(…).maxSize(16)` |
            | environment | `PostgresSessions.fromEnvironment()`, with `DATABASE_POOL_SIZE=16` |
            | properties | `PostgresSessions.fromProperties(Map.of("pool-size", "16"))` |
            | parameters of the URL, however it is given | `postgresql://user:password@host:5432/database?pool_size=16` |

            Each ends in a call of the builder, so there is one check for all of them, and code can still change what came from
            outside: `PostgresSessions.fromEnvironment().maxSize(4).build()`. [.env.example](../../.env.example) is a start.

            **What wins**, first to last: what is called on the builder later, then `DATABASE_…`, `DB_…` or properties, then the
            URL with its parameters, then the names other programs read as well (`PG…`, `ENVIRONMENT`), then the preset, then the
            default. `url(…)` on the builder is a call like any other: it sets the whole address, and what its parameters name.

            **Names.** `DATABASE_X` and `DB_X` are the same setting; if both are set they must be equal. An empty value counts as
            not set. URLs begin with `postgres://` or `postgresql://`, with or without `r2dbc:` in front.

            **Times.** A number without a unit is seconds; `500ms`, `30s`, `15m` and `2h` say theirs. Because PostgreSQL and R2DBC
            take such a number for milliseconds, one above 600 (86400 for `pool-recycle`, `pool-idle-timeout` and
            `idle-in-transaction-timeout`) is refused, and in a URL
            `statement_timeout`, `lock_timeout` and `connectTimeout` must have a unit.

            **Names that are not known** are an error that suggests the nearest one: every property, every parameter of a URL,
            every variable that begins with `DATABASE_POOL_` or `DB_POOL_`, and one that begins with `DATABASE_` and is a letter
            or two away from a setting. The same behind `DB_` is a warning. All others are taken for another program's: nobody's
            start fails because a container platform sets `DB_PORT` or `DATABASE_SERVICE_HOST`. `PG…` names that are not in the
            table are not read.

            **Size.** `pool-size` connections are opened side by side at the first use, or by `verify`, and kept open;
            `max-overflow` more are opened when they are needed and closed when they are not. Code can also set the most alone, of
            which none is kept: `maxSize(16)`.

            **Secrets.** No password appears in a message, a log or a `toString`; a value with `://` or `@` in it is not repeated.

            ## Settings
            | property | environment | in a URL | value | default | common default elsewhere | why ours |
            |---|---|---|---|---|---|---|
            """;

    private static final String END = """

            Behind PgBouncer `statement-timeout`, `lock-timeout`, `idle-in-transaction-timeout`, `client-check-interval` and
            `search-path` are refused: give them to a transaction, or to the role with `ALTER ROLE … SET`.

            ## Presets
            | | kept | at most | `pool-timeout` | why |
            |---|---|---|---|---|
            | none | 0 | 10 | 5s | |
            | dev, development | 0 | 5 | 30s | a scope that holds one connection while it waits for another is found here; a database in a container may still be starting |
            | test | 0 | 5 | 30s | test processes share a server; a busy build machine has taken over 3 s for a first connection |
            | production, prod | 10 | 20 | 5s | four instances, each with one more for its health, are 84 of the 97 connections that `max_connections = 100` leaves |

            `production` also has a `pool-wait-target` of 50ms. Everything else is the default, and `pool-size` replaces both figures. Another word in `ENVIRONMENT` is an error; set `DATABASE_PRESET`, which comes before it.
            """;

    private ConfigurationPage() {}

    /**
     * Writes the page.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) throws IOException {
        Path page = Path.of(FILE);
        Files.write(page, lines());
        System.out.println("written to " + page);
    }

    /** The page. */
    static List<String> lines() {
        List<String> page =
                new ArrayList<>(INTRODUCTION.formatted(COMMAND).lines().toList());
        Stream.of(Setting.values()).map(ConfigurationPage::line).forEach(page::add);
        page.addAll(END.lines().toList());
        return page;
    }

    private static String line(Setting setting) {
        SettingNames names = setting.names();
        Stream<String> own = names.variables().stream().limit(1);
        return "| " + code(Stream.of(names.property())) + " | "
                + code(Stream.concat(own, Stream.ofNullable(names.common())))
                + " | " + code(names.inUrl().stream()) + " | " + setting.rule() + " | " + setting.byDefault() + " | "
                + setting.elsewhere() + " | " + setting.why() + " |";
    }

    private static String code(Stream<String> names) {
        return names.map(name -> "`" + name + "`").collect(Collectors.joining(", "));
    }
}
