/** Applies corrections to a model and its plan, keeping those that lower the error of the outputs. */
@NullMarked
package dev.octet.engine.search.correction;

import org.jspecify.annotations.NullMarked;
