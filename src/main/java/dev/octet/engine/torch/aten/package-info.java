/** Every ATen operator that can be imported, by groups. */
@NullMarked
package dev.octet.engine.torch.aten;

import org.jspecify.annotations.NullMarked;
