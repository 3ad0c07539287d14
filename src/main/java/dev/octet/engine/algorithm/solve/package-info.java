/** Dense linear algebra that corrections of layers need. */
@NullMarked
package dev.octet.engine.algorithm.solve;

import org.jspecify.annotations.NullMarked;
