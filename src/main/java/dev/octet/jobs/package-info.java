/** Requests to quantize: their life cycle, queue, events and webhooks. */
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "platform",
            "platform :: api",
            "storage",
            "engine",
            "engine :: scheme",
            "models",
            "datasets"
        })
package dev.octet.jobs;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
