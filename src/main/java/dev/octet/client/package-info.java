/** The service's client on the command line; knows HTTP and nothing else of the service. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.octet.client;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
