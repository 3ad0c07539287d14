/** Holds the container files to what they call. */
@NullMarked
package dev.octet.container;

import org.jspecify.annotations.NullMarked;
