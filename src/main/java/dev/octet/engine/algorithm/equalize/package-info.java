/** Chooses scales that even out the channels of activations before they are quantized. */
@NullMarked
package dev.octet.engine.algorithm.equalize;

import org.jspecify.annotations.NullMarked;
