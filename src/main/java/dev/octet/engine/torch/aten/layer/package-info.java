/** ATen operators that are layers of networks: convolutions, products, norms, pools, attention, recurrence. */
@NullMarked
package dev.octet.engine.torch.aten.layer;

import org.jspecify.annotations.NullMarked;
