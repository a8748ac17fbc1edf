package org.reactivesessions.testkit.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a {@code String} parameter that is to be the R2DBC URL of the test's database, with user and password. Other forms of the URL
 * are methods of {@link org.reactivesessions.testkit.server.TestDatabase}.
 *
 * @since 0.1
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface DatabaseUrl {}
