/** Zip files read by position, without trusting any length in them. */
@NullMarked
package dev.octet.engine.data.zip;

import org.jspecify.annotations.NullMarked;
