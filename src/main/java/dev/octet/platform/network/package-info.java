/** Which addresses the service may call when a user names one. */
@NullMarked
@NamedInterface("network")
package dev.octet.platform.network;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
