/** The bodies of the HTTP contract, generated from {@code openapi.yaml} at each build. */
@NullMarked
@NamedInterface("api")
package dev.octet.platform.api.model;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
