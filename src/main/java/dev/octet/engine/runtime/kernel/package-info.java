/** What the runtime makes of a graph: kinds of kernels, origins of fused nodes, multiply-accumulates, traces. */
@NullMarked
package dev.octet.engine.runtime.kernel;

import org.jspecify.annotations.NullMarked;
