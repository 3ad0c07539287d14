/** Planted modules, of which some break the rules. */
@NullMarked
@ApplicationModule(allowedDependencies = {"engine", "engine :: scheme"})
package dev.octet.architecture.planted.modules.jobs;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
