/** The vocabulary of quantization: types, encodings, settings, faults; depends on nothing. */
@NullMarked
package dev.octet.engine.scheme;

import org.jspecify.annotations.NullMarked;
