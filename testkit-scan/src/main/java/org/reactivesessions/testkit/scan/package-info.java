/**
 * The scanner: a program that checks class files by the rules of the testkit and prints what it found.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.testkit.scan.Scan}: its command line and its exit codes.
 * </ul>
 */
@NullMarked
package org.reactivesessions.testkit.scan;

import org.jspecify.annotations.NullMarked;
