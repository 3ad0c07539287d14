/** Trains a quantized candidate further, and keeps what came of it only where it is better. */
@NullMarked
package dev.octet.engine.search.training;

import org.jspecify.annotations.NullMarked;
