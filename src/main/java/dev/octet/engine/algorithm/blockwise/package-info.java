/** Rounds weights to blocks that share a scale: to nearest, by half-quadratic splitting, by GPTQ. */
@NullMarked
package dev.octet.engine.algorithm.blockwise;

import org.jspecify.annotations.NullMarked;
