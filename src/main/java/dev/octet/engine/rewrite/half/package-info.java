/** Models in 16-bit floating point, brought to 32 bits. */
@NullMarked
package dev.octet.engine.rewrite.half;

import org.jspecify.annotations.NullMarked;
