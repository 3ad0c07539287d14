/** Calibration, evaluation and training sets: named tensors over samples. */
@NullMarked
@ApplicationModule(allowedDependencies = {"platform", "platform :: api", "storage", "engine", "engine :: scheme"})
package dev.octet.datasets;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
