package org.reactivesessions.testkit.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class PostgreSQL databases of their own.
 *
 * <pre>{@code
 * @PostgresTest(scripts = "/schema.sql")
 * class AccountTest {
 *
 *     @Test
 *     void aNewAccountMustBeEmpty(ConnectionFactory factory) { … }
 * }
 * }</pre>
 *
 * <p>Constructors, test methods and life-cycle methods may have parameters of these types:
 * <ul>
 *   <li>{@link org.reactivesessions.testkit.server.TestDatabase}: the database, its URLs and a JDBC connection past what is tested;
 *   <li>{@code String} with {@link DatabaseUrl}: its R2DBC URL;
 *   <li>{@code io.r2dbc.spi.ConnectionFactory}, not pooled, if an R2DBC driver for PostgreSQL is on the class path;
 *   <li>{@code org.reactivesessions.ReactiveSessions}, if a module that makes them is there, such as
 *       {@code reactive-sessions-postgres};
 *   <li>{@link org.reactivesessions.testkit.server.PostgresServer}: the server;
 *   <li>whatever a {@link DatabaseParameter} adds.
 * </ul>
 *
 * <p>A database is a copy of a template that scripts and initializer fill once per JVM, which takes tens of milliseconds. All
 * parameters of a test lead to the same one, which is made when the first of them is asked for. {@code @BeforeAll}, {@code @AfterAll}
 * and the constructor of a class with one instance for all tests know no method; they need {@link DatabasePer#CLASS}.
 *
 * <p>The annotation is inherited, may be put on another annotation, and holds for nested classes, unless they have one of their own;
 * then they have databases of their own, too.
 *
 * <p><b>Ownership:</b> what is handed out is closed after the test, or after the class; then the database is dropped, together with
 * the sessions left in it. <b>Threads:</b> tests may run in parallel.
 *
 * <p><b>Errors:</b> what contradicts itself or names what is not there fails the class before its first test, with a message that
 * says what to write instead.
 *
 * @since 0.1
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(PostgresTestExtension.class)
public @interface PostgresTest {

    /**
     * How long one database is kept.
     *
     * @return for a method by default
     */
    DatabasePer databasePer() default DatabasePer.METHOD;

    /**
     * Resources with SQL statements in UTF-8 that fill the template, in this order. A name with a leading {@code /} is looked for from
     * the root of the class path, another one beside the test class. Each is run as one script: what PostgreSQL does not allow
     * in a transaction with others, and the {@code \} commands of {@code psql}, do not work.
     *
     * @return names of resources, none by default
     */
    String[] scripts() default {};

    /**
     * Fills the template where SQL alone does not do, after the scripts.
     *
     * @return a class with a constructor without parameters; by default one that does nothing
     */
    Class<? extends DatabaseInitializer> initializer() default DatabaseInitializer.None.class;

    /**
     * Where the server comes from.
     *
     * @return what the environment says by default
     */
    ServerKind server() default ServerKind.CURRENT;

    /**
     * Image of the container, for {@link ServerKind#CONTAINER} only.
     *
     * @return name of an image of PostgreSQL; by default {@code postgres:18}
     */
    String image() default "";
}
