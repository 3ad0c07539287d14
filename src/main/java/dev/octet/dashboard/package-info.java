/** The web pages, which speak to the service through HTTP alone. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.octet.dashboard;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
