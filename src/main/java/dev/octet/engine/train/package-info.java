/** Quantization-aware training: learns weights and encodings together; the only package that sees libtorch. */
@NullMarked
package dev.octet.engine.train;

import org.jspecify.annotations.NullMarked;
