/** ATen operators that move, make and pick elements. */
@NullMarked
package dev.octet.engine.torch.aten.shape;

import org.jspecify.annotations.NullMarked;
