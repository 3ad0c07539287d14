/** Takes a job or a comparison from its queue, runs one engine process for it and relays its progress. */
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "jobs",
            "results",
            "comparisons",
            "models",
            "datasets",
            "storage",
            "platform",
            "platform :: api",
            "engine",
            "engine :: scheme"
        })
package dev.octet.worker;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
