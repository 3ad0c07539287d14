/** Recognises parts of a graph that are to be quantized, or left alone, as one. */
@NullMarked
package dev.octet.engine.plan.pattern;

import org.jspecify.annotations.NullMarked;
