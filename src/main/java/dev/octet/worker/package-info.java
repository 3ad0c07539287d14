/** Takes a job from the queue, runs one engine process for it and relays its progress. */
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "jobs",
            "results",
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
