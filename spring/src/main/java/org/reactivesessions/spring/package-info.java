/** Sessions and Spring's transactions, either inside the other. */
@NullMarked
package org.reactivesessions.spring;

import org.jspecify.annotations.NullMarked;
