/** What jobs produced: artifacts, reports, layers, trials and their downloads. */
@NullMarked
@ApplicationModule(allowedDependencies = {"platform", "platform :: api", "storage", "jobs"})
package dev.octet.results;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
