/** Exported programs as {@code torch.export} describes them in JSON, read without trusting a word. */
@NullMarked
package dev.octet.engine.torch.program;

import org.jspecify.annotations.NullMarked;
