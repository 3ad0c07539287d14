/** Graph to graph without data: upgrade, fold, insert quantization. */
@NullMarked
package dev.octet.engine.rewrite;

import org.jspecify.annotations.NullMarked;
