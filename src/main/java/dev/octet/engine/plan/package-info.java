/** Which tensor gets which encoding: operator rules, targets, the quantization plan. */
@NullMarked
package dev.octet.engine.plan;

import org.jspecify.annotations.NullMarked;
