/** Computes a graph with libtorch, so that it can be differentiated: one function for each ONNX operator. */
@NullMarked
package dev.octet.engine.train.execute;

import org.jspecify.annotations.NullMarked;
