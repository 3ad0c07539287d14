/** Planted violations of the rules of the house. */
@NullMarked
package dev.octet.architecture.planted.engine.scheme;

import org.jspecify.annotations.NullMarked;
