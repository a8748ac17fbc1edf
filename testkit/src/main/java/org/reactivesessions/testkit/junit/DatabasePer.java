package org.reactivesessions.testkit.junit;

/**
 * How long the tests of a class keep one database.
 *
 * @since 0.1
 */
public enum DatabasePer {

    /** Each test method, with its life-cycle methods and each repetition or row of arguments, has a database of its own. */
    METHOD,

    /** All tests of the class, nested ones included, share one database. */
    CLASS
}
