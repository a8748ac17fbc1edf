@NullMarked
package org.reactivesessions.spring.boot.actuate;

import org.jspecify.annotations.NullMarked;
