/** ONNX files to graph and back, external data, safe reading; the only package that sees protobuf. */
@NullMarked
package dev.octet.engine.onnx;

import org.jspecify.annotations.NullMarked;
