/** What every feature needs and none owns: the database, problems, clock, ids, paging, observability. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.octet.platform;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
