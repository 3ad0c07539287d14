/** Shows a newcomer a whole job: a bundled model through the service's own HTTP interface, told in the terminal. */
@ApplicationModule(allowedDependencies = {"client"})
@NullMarked
package dev.octet.demo;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
