/** Blobs by content hash on a disk that every role of the service shares. */
@NullMarked
@ApplicationModule(allowedDependencies = {"platform", "platform :: api"})
package dev.octet.storage;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
