/** Octet, quantization as a service: its one entry point. */
@NullMarked
package dev.octet;

import org.jspecify.annotations.NullMarked;
