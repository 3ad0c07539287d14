/** The frame in which calls of ATen operators become nodes of ONNX: values, names, aliases, liveness. */
@NullMarked
package dev.octet.engine.torch.lower;

import org.jspecify.annotations.NullMarked;
