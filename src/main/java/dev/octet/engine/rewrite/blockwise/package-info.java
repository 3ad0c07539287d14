/** Weights in blocks that share a scale: how they are stored and which operators compute with them. */
@NullMarked
package dev.octet.engine.rewrite.blockwise;

import org.jspecify.annotations.NullMarked;
