/** Corrects layers one after the other, for what reaches them in the quantized model. */
@NullMarked
package dev.octet.engine.algorithm.layer;

import org.jspecify.annotations.NullMarked;
