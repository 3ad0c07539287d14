/** Observers: mergeable statistics of tensors, and the ranges chosen from them. */
@NullMarked
package dev.octet.engine.observe;

import org.jspecify.annotations.NullMarked;
