@NullMarked
package org.reactivesessions.spring.boot;

import org.jspecify.annotations.NullMarked;
