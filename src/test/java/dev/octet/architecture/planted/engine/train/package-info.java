/** Planted violations of the rules of the house. */
@NullMarked
package dev.octet.architecture.planted.engine.train;

import org.jspecify.annotations.NullMarked;
