/** What a client on the other side of HTTP sees of sessions, and what it can do to them. */
@NullMarked
package org.reactivesessions.spring.web;

import org.jspecify.annotations.NullMarked;
