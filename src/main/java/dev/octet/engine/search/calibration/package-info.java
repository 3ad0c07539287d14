/** Calibration that is done once and used many times, and what it says about the data. */
@NullMarked
package dev.octet.engine.search.calibration;

import org.jspecify.annotations.NullMarked;
