/** Metrics that no mean over samples gives: computed anew for every resample. */
@NullMarked
package dev.octet.engine.evaluate.statistic;

import org.jspecify.annotations.NullMarked;
