/** Planted modules, of which some break the rules. */
@NullMarked
@ApplicationModule(allowedDependencies = {"engine"})
package dev.octet.architecture.planted.modules.results;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
