/** The rules of the house, and for each a planted violation that proves it bites. */
@NullMarked
package dev.octet.architecture;

import org.jspecify.annotations.NullMarked;
