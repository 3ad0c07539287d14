/** {@code torch.export} archives as files: which upload is one, its entries, and the tensors stored in it. */
@NullMarked
package dev.octet.engine.torch.archive;

import org.jspecify.annotations.NullMarked;
