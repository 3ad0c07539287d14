/** {@code torch.export} archives (.pt2) as models: read, never run. */
@NullMarked
package dev.octet.engine.torch;

import org.jspecify.annotations.NullMarked;
