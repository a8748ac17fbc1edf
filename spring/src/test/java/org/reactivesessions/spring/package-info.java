@NullMarked
package org.reactivesessions.spring;

import org.jspecify.annotations.NullMarked;
