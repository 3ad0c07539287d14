/** How each operator of ONNX is called in ATen. */
@NullMarked
package dev.octet.engine.torch.export.operator;

import org.jspecify.annotations.NullMarked;
