/** Images of a zip: which there are, what they are, their pixels and labels. */
@NullMarked
package dev.octet.engine.data.image;

import org.jspecify.annotations.NullMarked;
