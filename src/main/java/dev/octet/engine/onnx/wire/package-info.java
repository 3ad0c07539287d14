/** Protobuf messages in mapped files, walked field by field without trusting any of them. */
@NullMarked
package dev.octet.engine.onnx.wire;

import org.jspecify.annotations.NullMarked;
