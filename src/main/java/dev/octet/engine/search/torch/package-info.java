/** The quantized model for PyTorch: written, read back, held against the artifact. */
@NullMarked
package dev.octet.engine.search.torch;

import org.jspecify.annotations.NullMarked;
