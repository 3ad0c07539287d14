/** The HTTP contract as Java: interfaces and records generated from {@code openapi.yaml} at each build. */
@NullMarked
@NamedInterface("api")
package dev.octet.platform.api;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
