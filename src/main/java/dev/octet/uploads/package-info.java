/** Resumable uploads by the tus protocol, turned into models and datasets when whole. */
@NullMarked
@ApplicationModule(allowedDependencies = {"platform", "platform :: api", "storage", "models", "datasets"})
package dev.octet.uploads;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
