/** What changed incompatibly between versions of ONNX's operators, and how to say the same in the later version. */
@NullMarked
package dev.octet.engine.rewrite.opset;

import org.jspecify.annotations.NullMarked;
