/** Holds both models' answers to a few samples side by side, for people to look at. */
@NullMarked
package dev.octet.engine.search.comparison;

import org.jspecify.annotations.NullMarked;
