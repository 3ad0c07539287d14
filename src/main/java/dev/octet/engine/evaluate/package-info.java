/** Metrics with intervals, paired tests, closeness to the float model. */
@NullMarked
package dev.octet.engine.evaluate;

import org.jspecify.annotations.NullMarked;
