/**
 * Rules for programs that use sessions, checked in their class files: no connection is opened, kept or closed by hand, nothing
 * blocks or subscribes inside a transaction function, and the driver stays in one place.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.testkit.lint.SessionRules}: all of them as one ArchUnit rule;
 *   <li>{@link org.reactivesessions.testkit.lint.SessionLint}: the same without ArchUnit, with its exceptions;
 *   <li>{@link org.reactivesessions.testkit.lint.LintRule}: the rules, why, and what to write instead;
 *   <li>{@link org.reactivesessions.testkit.lint.Finding}: one place that breaks one of them;
 *   <li>{@link org.reactivesessions.testkit.lint.LintReport}: what was checked and found.
 * </ul>
 *
 * <p>Needs ASM ({@code org.ow2.asm:asm}), and {@code SessionRules} ArchUnit; neither comes with the testkit by itself.
 */
@NullMarked
package org.reactivesessions.testkit.lint;

import org.jspecify.annotations.NullMarked;
