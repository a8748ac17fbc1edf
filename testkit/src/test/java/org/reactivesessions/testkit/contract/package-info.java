@NullMarked
package org.reactivesessions.testkit.contract;

import org.jspecify.annotations.NullMarked;
