/** Tells the positions of token sequences that are padding from those that say something about a model. */
@NullMarked
package dev.octet.engine.search.padding;

import org.jspecify.annotations.NullMarked;
