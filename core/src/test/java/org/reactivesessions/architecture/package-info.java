/** The walls between the packages, each with a planted violation that shows that it stands. */
@NullMarked
package org.reactivesessions.architecture;

import org.jspecify.annotations.NullMarked;
