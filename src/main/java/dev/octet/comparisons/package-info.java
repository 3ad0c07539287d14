/** Float and quantized model of a job, run on samples of somebody's own. */
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "platform",
            "platform :: api",
            "storage",
            "models",
            "datasets",
            "jobs",
            "results",
            "engine",
            "engine :: scheme"
        })
package dev.octet.comparisons;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
