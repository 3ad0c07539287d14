/** Requests to quantize: their life cycle, queue and events. */
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "platform",
            "platform :: api",
            "platform :: network",
            "storage",
            "engine",
            "engine :: scheme",
            "models",
            "datasets"
        })
package dev.octet.jobs;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
