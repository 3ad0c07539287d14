/** What a run is asked for: the recipe and how it is read from JSON. */
@NullMarked
package dev.octet.engine.recipe;

import org.jspecify.annotations.NullMarked;
