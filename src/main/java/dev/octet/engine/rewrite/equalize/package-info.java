/** Moves scales of channels from where values are made to the weights that read them; the network computes the same. */
@NullMarked
package dev.octet.engine.rewrite.equalize;

import org.jspecify.annotations.NullMarked;
