/** ATen operators that compute element by element or over axes. */
@NullMarked
package dev.octet.engine.torch.aten.math;

import org.jspecify.annotations.NullMarked;
