/** Models of ONNX operators as programs of {@code torch.export}: the way back. */
@NullMarked
package dev.octet.engine.torch.export;

import org.jspecify.annotations.NullMarked;
