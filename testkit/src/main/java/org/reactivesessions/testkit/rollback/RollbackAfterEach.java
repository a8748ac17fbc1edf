package org.reactivesessions.testkit.rollback;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs each test of a class in a transaction of its own, which is rolled back after the last {@code @AfterEach}, also when the test has
 * failed or was interrupted by its time limit.
 *
 * <pre>{@code
 * @PostgresTest(scripts = "/schema.sql", databasePer = DatabasePer.CLASS)
 * @RollbackAfterEach
 * class AccountTest {
 *
 *     @Test
 *     void aNewAccountMustBeEmpty(ConnectionFactory factory) { … }
 * }
 * }</pre>
 *
 * <p>A {@code ConnectionFactory} that a test, its constructor or its {@code @BeforeEach} gets is a {@link RollbackConnections};
 * {@code ReactiveSessions} are {@code org.reactivesessions.testkit.sessions.RollbackSessions}. A test that has both has two
 * transactions, which do not see each other. {@code @BeforeAll}, and the constructor of a class with one instance for all tests, get what
 * the class shares, whose work stays. Deferred constraints are checked before the rollback; a violation fails the test.
 *
 * <p>Tests may run in parallel: each has a connection of its own, and they wait for each other's locks as any two transactions do.
 * Sequences are not rolled back, by PostgreSQL's design: a test must not count on the next number.
 *
 * @since 0.1.0
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(RollbackExtension.class)
public @interface RollbackAfterEach {

    /**
     * The isolation level of the transaction. What the code under test begins with a weaker level gets this one; a stronger one is refused.
     *
     * @return {@code READ COMMITTED} by default; {@code REPEATABLE READ} or {@code SERIALIZABLE}
     */
    String isolation() default "READ COMMITTED";

    /**
     * How long one connection of a test waits for another one of the same test to end its transaction.
     *
     * @return 10,000 by default, at least 1
     */
    int patienceMillis() default 10_000;
}
